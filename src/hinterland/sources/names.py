"""What real exports call their columns: the words of a header, and the field they mean."""

import re
import unicodedata
from collections.abc import Mapping

_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_WORDS = re.compile(r"[^\w]+|_+")

# Best name first: of two columns that mean one field, the one named earlier here is taken.
FIELDS: Mapping[str, str] = {
    "handle": "handle, username, user name, instagram username, instagram handle, tiktok username, tiktok handle, "
    "ig handle, ig username, twitter handle, channel handle, screen name, login, nickname, profile name, "
    "influencer insta name, account, account name, creator handle, creator username, creator, creator "
    "name, influencer, influencer name, user, uid, user id, userid, account id, account key, creator key, "
    "creator id, influencer id, channel id, profile id, profile url, profile link, instagram, tiktok, "
    "youtuber, channel, benutzername, nom d utilisateur, pseudo, usuario, nombre de usuario, nome utente, "
    "アカウント, ユーザー名, ник, логин",
    "name": "full name, fullname, display name, displayname, name, channel name, channel title, instagram name, "
    "title, youtuber name, nom, nombre, nome, имя, 名前",
    "followers": "followers, follower count, followers count, follower, total followers, followercount, number of "
    "followers, no of followers, nb followers, num followers, n followers, audience size, subscriber "
    "count, subscribers, suscribers, subscribers count, total subscribers, subscriber, subs, fans, fan "
    "count, fans count, abonnes, nombre d abonnes, abonnenten, follower anzahl, anzahl follower, "
    "seguidores, numero de seguidores, suscriptores, inscritos, iscritti, followers ig, ig followers, "
    "instagram followers, tiktok followers, youtube subscribers, takipci, takipci sayisi, obserwujacy, "
    "volgers, подписчики, количество подписчиков, フォロワー, フォロワー数, 粉丝数, 粉丝, 팔로워, audience, reach",
    "creators": "creators, creator count, creators count, number of creators, no of creators, num creators, n "
    "creators, total creators, influencers, influencer count, influencers count, number of influencers, "
    "num influencers, n influencers, hits, creator hits",
    "platform": "platform, network, social network, social platform, social media, plattform, plateforme, plataforma, "
    "платформа",
    "niche": "niche, category, category 1, categories, main category, primary category, topic, topics, main topic, "
    "vertical, genre, industry, content type, kategorie, categorie, categoria, tema, категория",
    "city": "city, city name, location city, home city, shipping address city, city slug, town, municipality, "
    "metro, declared city, stadt, ort, ville, ciudad, cidade, citta, miasto, sehir, город, 都市, 城市",
    "region": "region, state, province, admin1, state province, location state, home state, location region, "
    "county, bundesland, etat, estado, provincia, регион, область",
    "country": "country, country name, declared country, country code, country iso, iso country, country iso2, iso2, "
    "alpha 2, location country, home country, shipping address country, country slug, land, pays, pais, "
    "paese, kraj, ulke, страна, 国, 国家, nation, audience country mostly, audience country, top country, "
    "geo country",
    "location": "location, place, profile location, home location, user location, based in, residence, address, "
    "hometown, home, location text, standort, wohnort, lieu, ubicacion, localizacao, localisation, luogo, "
    "konum, местоположение, адрес, 所在地, 地点",
    "longitude": "longitude, lon, lng, long, x, location longitude, coord lon, gps longitude, geo lng, geo lon, 経度, "
    "langengrad, laengengrad, долгота",
    "latitude": "latitude, lat, y, location latitude, coord lat, gps latitude, geo lat, 緯度, breitengrad, широта",
    "credible_share": "credible share, credibility, followers credibility, follower credibility, audience credibility, "
    "audience quality, audience quality score, aqs, real followers, real followers share, authenticity, "
    "authenticity score",
    "snapshot": "snapshot, snapshot date, scraped at, scrape date, scraped, crawl date, crawled at, captured at, as "
    "of, retrieved, retrieved at, month, period, date, year month, monat, mois, mes",
    "rank": "rank, rank in list, list rank, position, no, nr, rang, ranking, place in list",
    "rank_group": "list country, list, list name, list id, chart, chart name, ranking group",
    "synthetic": "synthetic, is synthetic, made up",
    "email": "email, e mail, mail, email address, contact email, business email, public email, courriel, correo",
}
# Words that say how a column was made, not what it holds.
DECORATION = frozenset(
    ("raw", "slug", "text", "value", "clean", "str", "string", "original", "mostly", "the", "current")
)
# A snapshot column that even a list of people may be cut by: it says when somebody looked.
CLEAR_SNAPSHOT = re.compile(r"snapshot|scrap|crawl|captured|retrieved|as of")


def words(header: str) -> str:
    r"""Split a header into lower-case words without accents: `"Followers\r\nCount"` and `followerCount` alike."""
    flat = unicodedata.normalize("NFKC", header).strip()
    bare = "".join(c for c in unicodedata.normalize("NFD", flat) if not unicodedata.combining(c))
    composed = unicodedata.normalize("NFC", bare)
    camel = composed if composed.isupper() else _CAMEL.sub(" ", composed)
    return " ".join(_WORDS.sub(" ", camel).lower().split())


def _known() -> Mapping[str, tuple[str, int]]:
    return {
        words(name): (field, place)
        for field, names in FIELDS.items()
        for place, name in enumerate(re.split(r",\s*", names))
    }


KNOWN = _known()


def meaning(header: str) -> tuple[str, float] | None:
    """Name the field a header means, with a confidence (0-1) that falls with less usual names; None if unknown."""
    plain = words(header)
    exact = KNOWN.get(plain)
    if exact:
        return exact[0], 1.0 - min(exact[1], 40) / 200
    short = " ".join(word for word in plain.split() if word not in DECORATION)
    loose = KNOWN.get(short)
    return (loose[0], 0.75 - min(loose[1], 40) / 400) if loose else None
