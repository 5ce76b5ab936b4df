# The app for a team: docker build -t hinterland . && docker run --rm -p 127.0.0.1:8501:8501 \
#   --read-only --tmpfs /tmp --cap-drop ALL --security-opt no-new-privileges hinterland
# See docs/app.md: memory, sign-in, limits.
# By name, not by digest: the digest could not be looked up where this was written. To fix it, put what
# `docker buildx imagetools inspect python:3.12-slim` shows behind the name, as python:3.12-slim@sha256:...
FROM python:3.12-slim

ENV PYTHONUNBUFFERED=1 \
    PIP_NO_CACHE_DIR=1 \
    PIP_DISABLE_PIP_VERSION_CHECK=1 \
    HOME=/tmp \
    HINTERLAND_ADDRESS=0.0.0.0 \
    STREAMLIT_SERVER_HEADLESS=true

WORKDIR /opt/hinterland
# the program and Excel; the extras pdf and slides are not in the image
COPY requirements.lock ./
RUN pip install --no-deps --require-hashes -r requirements.lock

COPY pyproject.toml README.md LICENSE ./
COPY src src
COPY data data
RUN pip install --no-deps --no-build-isolation . \
    && rm -rf src data \
    && useradd --system --no-create-home --shell /usr/sbin/nologin hinterland

USER hinterland
WORKDIR /tmp
EXPOSE 8501
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s --retries=3 \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8501/_stcore/health', timeout=4)"]

# HINTERLAND_ADDRESS: inside a container every address is its own; which of the machine's it answers on, -p says.
ENTRYPOINT ["hinterland", "app"]
