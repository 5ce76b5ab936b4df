"""A list judged in one go: the size curve fitted, and every market held against it."""

from hinterland.saturation import Saturation, fit_model, judge_markets


def fit_saturation(creators, markets, *, settings, assumptions, **placed) -> Saturation:
    model = fit_model(creators, markets, settings=settings, assumptions=assumptions, **placed)
    return judge_markets(model, settings=settings, assumptions=assumptions)
