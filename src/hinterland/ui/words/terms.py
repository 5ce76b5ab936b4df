"""Words that stand as values in the tables of an analysis, marked for the catalogues: `say(row["class"])`."""


def later(sentence: str) -> str:
    """Mark a sentence for the catalogues that `say` is given elsewhere."""
    return sentence


CLASSES = (
    later("under-served"),
    later("no clear difference"),
    later("over-saturated"),
    later("beyond the curve"),
    later("insufficient data"),
    later("not covered"),
)
EVIDENCE = (later("low"), later("medium"), later("high"))
TIERS = (later("nano"), later("micro"), later("mid"), later("macro"), later("mega"))
NOT_USED = "none"
FIELDS = {
    NOT_USED: later("(not used)"),
    "handle": later("handle"),
    "name": later("name"),
    "followers": later("followers"),
    "creators": later("creators per row"),
    "platform": later("platform"),
    "niche": later("niche"),
    "city": later("city"),
    "region": later("region"),
    "country": later("country"),
    "location": later("place, any wording"),
    "longitude": later("longitude"),
    "latitude": later("latitude"),
    "engagement_rate": later("engagement rate"),
    "engagements": later("engagements"),
    "engagement_basis": later("what engagement is a share of"),
    "likes": later("likes"),
    "comments": later("comments"),
    "views": later("views"),
    "following": later("following"),
    "posts": later("posts"),
    "growth": later("growth"),
    "history": later("followers over time"),
    "audience_cities": later("cities of the audience"),
    "audience_countries": later("countries of the audience"),
    "fee": later("fee"),
    "currency": later("currency"),
    "clicks": later("clicks"),
    "orders": later("orders"),
    "revenue": later("revenue"),
    "cost": later("cost"),
    "first_name": later("first name"),
    "last_name": later("last name"),
    "credible_share": later("share of real followers"),
    "fake_share": later("share of false followers"),
    "snapshot": later("date of the snapshot"),
    "rank": later("rank"),
    "rank_group": later("group of the rank"),
    "synthetic": later("made up"),
    "brand": later("works with the brand"),
    "email": later("email"),
    "profile_url": later("address of the profile"),
    "consent": later("consent to be contacted"),
    "do_not_contact": later("not to be contacted"),
    "contact_status": later("notes on contact"),
}
