"""What real exports call their columns: the words of a header, and the field they mean."""

import csv
import re
import unicodedata
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from hinterland.ingest.parse.text import repair_text

# Best name first: of two columns that mean one field, the one named earlier here is taken.
FIELDS: Mapping[str, str] = {
    "handle": (
        "handle, username, user name, instagram username, instagram handle, tiktok username, tiktok handle, ig "
        "handle, ig username, twitter handle, channel handle, screen name, login, nickname, platform username, "
        "channel info, account username, social handle, profile name, influencer insta name, account, account name, "
        "creator handle, creator username, creator, creator name, influencer, influencer name, user, instagram, "
        "tiktok, uid, user id, userid, account id, account key, creator key, creator id, influencer id, channel id, "
        "profile id, youtuber, channel, benutzername, nom d utilisateur, pseudo, usuario, "
        "nombre de usuario, nome utente, アカウント, ユーザー名, ник, логин"
    ),
    "profile_url": (
        "profile url, profile link, profile address, account url, account link, channel url, channel link, media url, "
        "social url, social link, social media link, social media url, page url, handle url, username url, user url, "
        "creator url, influencer url, url, link, links, profile, web address, profil url, lien du profil, enlace, "
        "perfil, ссылка, リンク, 链接"
    ),
    "name": (
        "full name, fullname, display name, displayname, name, channel name, channel title, instagram name, title, "
        "youtuber name, nom, nombre, nome, имя, 名前, platform profile name"
    ),
    "followers": (
        "followers, follower count, followers count, follower, total followers, followercount, number of followers, "
        "no of followers, nb followers, num followers, n followers, audience size, subscriber count, subscribers, "
        "suscribers, subscribers count, total subscribers, subscriber, subs, fans, fan count, fans count, abonnes, "
        "nombre d abonnes, abonnenten, follower anzahl, anzahl follower, seguidores, numero de seguidores, "
        "suscriptores, inscritos, iscritti, followers ig, ig followers, instagram followers, tiktok followers, "
        "youtube subscribers, takipci, takipci sayisi, obserwujacy, volgers, подписчики, количество подписчиков, "
        "フォロワー, フォロワー数, 粉丝数, 粉丝, 팔로워, audience, reach"
    ),
    "creators": (
        "creators, creator count, creators count, number of creators, no of creators, num creators, n creators, total "
        "creators, influencers, influencer count, influencers count, number of influencers, num influencers, n "
        "influencers, hits, creator hits"
    ),
    "platform": (
        "platform, network, social network, social platform, social media, plattform, plateforme, plataforma, платформа"
    ),
    "niche": (
        "niche, category, category 1, categories, main category, primary category, topic, topics, main topic, "
        "vertical, genre, industry, content type, kategorie, categorie, categoria, tema, категория"
    ),
    "city": (
        "city, city name, location city, home city, shipping address city, city slug, town, municipality, metro, "
        "declared city, stadt, ort, ville, ciudad, cidade, citta, miasto, sehir, город, 都市, 城市"
    ),
    "region": (
        "region, state, province, admin1, state province, location state, home state, location region, county, "
        "bundesland, etat, estado, provincia, регион, область"
    ),
    "country": (
        "country, country name, declared country, country code, country iso, iso country, country iso2, iso2, alpha "
        "2, location country, home country, shipping address country, country slug, land, pays, pais, paese, kraj, "
        "ulke, страна, 国, 国家, nation, audience country mostly, audience country, top country, geo country"
    ),
    "location": (
        "location, place, profile location, home location, user location, based in, residence, address, hometown, "
        "home, location text, standort, wohnort, lieu, ubicacion, localizacao, localisation, luogo, konum, "
        "местоположение, адрес, 所在地, 地点"
    ),
    "longitude": (
        "longitude, lon, lng, long, x, location longitude, coord lon, gps longitude, geo lng, geo lon, 経度, "
        "langengrad, laengengrad, долгота"
    ),
    "latitude": "latitude, lat, y, location latitude, coord lat, gps latitude, geo lat, 緯度, breitengrad, широта",
    "engagement_rate": (
        "engagement rate, er, eng rate, engagement pct, engagement percent, average engagement rate, avg engagement "
        "rate, engagement rate avg, median engagement rate, 60dayeng rate, eng rate avg, like rate, likes rate, "
        "engagement rate by likes, engagement rate likes, engagement rate by views, engagement by views, er by views, "
        "engagement rate views, view engagement rate, engagement rate by followers, engagement ratio, engagement, "
        "eng, engagementrate, interaktionsrate, taux d engagement, tasa de engagement, taxa de engajamento, tasso di "
        "coinvolgimento, вовлеченность, エンゲージメント率, 互动率"
    ),
    "engagements": (
        "engagements, authentic engagement, engagement avg, avg engagement, avg engagements, average engagement, "
        "average engagements, eng auth, eng avg, engagement raw, engagements avg, real engagement, avg interactions, "
        "interactions"
    ),
    "engagement_basis": "engagement basis",
    "likes": (
        "avg likes, average likes, likes avg, avglikes, mean likes, median likes, likes per post, avg like, average "
        "like, avg feed like, avg post likes, average likes per post, avg likes per post, new post avg like, likes"
    ),
    "comments": (
        "avg comments, average comments, comments avg, avgcomments, mean comments, median comments, comments per "
        "post, avg comment, average comments per post, avg comments per post, comments"
    ),
    "views": (
        "avg views, average views, views avg, avgviews, mean views, median views, avg reels views, average reels "
        "views, avg reels plays, average reels plays, avg video views, average video views, avg plays, average plays, "
        "views per video, views per post, avg views per video, views"
    ),
    "following": (
        "following, followings, following count, followings count, total following, follows, follows count, "
        "followees, followed, abonnements, seguidos, folgt"
    ),
    "posts": (
        "posts, posts count, post count, postcount, total posts, number of posts, num posts, media posted, media "
        "count, content count, uploads, video count, videos count, number of videos, publications, beitrage, "
        "publicaciones, publicacoes"
    ),
    "growth": (
        "growth, follower growth, followers growth, followers growth rate, follower growth rate, growth rate, monthly "
        "growth, monthly follower growth, subscriber growth, subscribers growth, subscribers for last, subscribers "
        "for the last, subscribers gained, followers gained, new followers, net new followers, wachstum, croissance, "
        "crecimiento, crescimento"
    ),
    "history": (
        "stat history, stats history, followers history, follower history, followers over time, reputation history, "
        "history"
    ),
    "audience_cities": (
        "geo cities, audience cities, audience geo cities, top cities, top audience cities, audience top cities, "
        "audience city, audience city split, followers cities, audience locations cities"
    ),
    "audience_countries": (
        "geo countries, audience countries, audience geo countries, top countries, top audience countries, audience "
        "top countries, audience country split, followers countries, followers geography, audience geography, "
        "audience locations countries"
    ),
    "fee": (
        "fee, fees, price, prices, price per post, post price, cost per post, rate per post, suggested price, asking "
        "price, estimated price, estimated cost per post, quote, quoted price, creator fee, influencer fee, expected "
        "fee, rate card, rate card post, rate card feed, rate card feeds, rate card reel, rate card story, honorar, "
        "preis, tarif, prix, precio, tarifa, preco, cache, цена, 価格, 料金, 报价"
    ),
    "currency": (
        "currency, currency code, fee currency, price currency, wahrung, waehrung, devise, moneda, moeda, valuta, "
        "валюта, 通貨"
    ),
    "clicks": "clicks, link clicks, click count, total clicks, klicks, clics, cliques",
    "orders": (
        "orders, conversions, purchases, number of orders, order count, orders count, total orders, total "
        "conversions, redemptions, code redemptions, bestellungen, commandes, pedidos"
    ),
    "revenue": (
        "revenue, total revenue, gmv, sales amount, sales value, order value, sales revenue, turnover, sales, umsatz, "
        "chiffre d affaires, ingresos, receita, выручка"
    ),
    "cost": (
        "cost, costs, spend, spent, total cost, total spend, amount paid, paid, amount spent, kosten, cout, coste, "
        "gasto, custo, расход"
    ),
    "first_name": "first name, firstname, given name, vorname, prenom",
    "last_name": "last name, lastname, surname, family name, nachname",
    "credible_share": (
        "credible share, credibility, followers credibility, follower credibility, audience credibility, audience "
        "quality, audience quality score, aqs, real followers, real followers share, authenticity, authenticity "
        "score, credibility score, audience credibility score, real audience, real people"
    ),
    "fake_share": (
        "fake followers, fake follower share, fake followers rate, fake followers percentage, suspicious followers, "
        "suspicious accounts, bots, bot share"
    ),
    "snapshot": (
        "snapshot, snapshot date, scraped at, scrape date, scraped, crawl date, crawled at, captured at, as of, "
        "retrieved, retrieved at, month, period, date, year month, monat, mois, mes"
    ),
    "rank": "rank, rank in list, list rank, position, no, nr, rang, ranking, place in list",
    "rank_group": "list country, list, list name, list id, chart, chart name, ranking group",
    "synthetic": "synthetic, is synthetic, made up",
    "brand": "own creator, brand creator, works with us",
    "email": "email, e mail, mail, email address, contact email, business email, public email, courriel, correo, "
    "contact, contact info, contact details, contact information, contact address, kontakt, contacto, contato, "
    "contatto, контакт, контакты, 联系方式, 連絡先, 연락처",
    "consent": (
        "consent, consent given, has consent, contact consent, email consent, marketing consent, gdpr consent, opt in, "
        "opted in, optin, email opt in, can contact, may contact, can email, ok to contact, contact allowed, "
        "contactable, "
        "contact permission, permission, permission to contact, einwilligung, zustimmung, consentement, "
        "consentimiento, "
        "consentimento, consenso, toestemming, zgoda, izin, согласие, 同意"
    ),
    "do_not_contact": (
        "do not contact, dont contact, don t contact, no contact, dnc, do not email, do not mail, do not call, "
        "opt out, "
        "opted out, optout, email opt out, unsubscribed, unsubscribe, blacklist, blacklisted, blocked, suppressed, "
        "suppression, exclude from contact, nicht kontaktieren, kontaktsperre, ne pas contacter, no contactar, "
        "nao contatar, non contattare, не связываться, 連絡不要"
    ),
    "contact_status": (
        "contact status, outreach status, email status, mailing status, subscription status, contact note, "
        "contact notes, "
        "status, notes, note, remarks, remark, bemerkung, bemerkungen, notizen, remarques, notas, observaciones, "
        "observacoes, примечание, 備考, 备注, 비고"
    ),
}


__all__ = ["CLEAR_SNAPSHOT", "CURRENCY_WORDS", "FIELDS", "PERIOD", "match_header", "tokenize_header"]

# letters with a mark that Unicode does not take apart
_UNDECOMPOSED = str.maketrans({"\u0131": "i", "ł": "l", "Ł": "L", "đ": "d", "Đ": "D", "ø": "o", "Ø": "O"})
# names that camel case would split
_PROPER = re.compile(
    r"(?i:tik ?tok|you ?tube|linked ?in|git ?hub|snap ?chat|face ?book|insta ?gram|blue ?sky|sound ?cloud|only ?fans)"
    r"(?![a-z])|TikTok|YouTube|LinkedIn|GitHub|SnapChat|FaceBook|InstaGram|BlueSky|SoundCloud|OnlyFans"
)
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_WORDS = re.compile(r"[^\w]+|_+")

PLATFORM_WORDS = frozenset(
    ("instagram", "ig", "insta", "tiktok", "tt", "youtube", "yt", "twitter", "facebook", "fb", "twitch", "pinterest")
)
CURRENCY_WORDS = frozenset(
    (
        "usd",
        "eur",
        "gbp",
        "inr",
        "brl",
        "jpy",
        "cad",
        "aud",
        "chf",
        "sek",
        "nok",
        "dkk",
        "pln",
        "mxn",
        "cny",
        "idr",
        "krw",
        *("aed", "sar", "zar", "ngn", "kes", "php", "vnd", "thb", "myr", "sgd", "hkd", "twd", "nzd", "ils", "rub"),
        *("uah", "huf", "czk", "ron", "bgn", "clp", "egp", "pkr", "bdt", "lkr", "ghs"),
    )
)
# "Followers (k)", "Abonnenten in Tsd.": by how much the numbers of a column are to be multiplied
SCALES: Mapping[str, float] = {
    **dict.fromkeys(("k", "thousand", "thousands", "000", "000s", "tsd", "tausend", "milliers", "miles", "mil"), 1e3),
    **dict.fromkeys(("tys", "тыс", "ribu", "千", "천"), 1e3),
    **dict.fromkeys(("万", "萬", "만"), 1e4),
    **dict.fromkeys(("lakh", "lakhs", "lac"), 1e5),
    **dict.fromkeys(("m", "mm", "mn", "mln", "mio", "million", "millions", "millionen", "millones", "milhoes"), 1e6),
    **dict.fromkeys(("milioni", "млн", "juta", "百万"), 1e6),
}
DECORATION = (
    frozenset(SCALES)
    | frozenset(("raw", "slug", "text", "value", "clean", "str", "string", "original", "mostly", "the", "current"))
    | frozenset(("profile", "stats", "influencer", "creator", "account", "percentage", "percent", "pct", "in"))
    | PLATFORM_WORDS
    | CURRENCY_WORDS
)
# "60 day eng rate", "followerGrowth30d", "weekly growth": over which time a rate was taken
PERIOD = re.compile(
    r"(?P<number>\d+)\s?(?P<unit>d|days?|w|weeks?|m|months?|mo|y|years?)\b"
    r"|\b(?P<word>daily|weekly|monthly|quarterly|yearly|annual|yoy|mom|wow)\b|\b(?:last|past)\s(?P<recent>week|month|quarter|year)\b"
)
TIMED = frozenset(("growth", "engagement_rate"))
# A snapshot column that even a list of people may be cut by: it says when somebody looked.
CLEAR_SNAPSHOT = re.compile(r"snapshot|scrap|crawl|captured|retrieved|as of")


def tokenize_header(header: str) -> str:
    r"""Split a header into lower-case words without accents: `"Followers\r\nCount"` and `followerCount` alike."""
    flat = unicodedata.normalize("NFKC", header).strip()
    bare = "".join(c for c in unicodedata.normalize("NFD", flat) if not unicodedata.combining(c))
    composed = unicodedata.normalize("NFC", bare).translate(_UNDECOMPOSED)
    proper = _PROPER.sub(lambda name: f" {name[0].replace(' ', '').capitalize()} ", composed)
    camel = proper if proper.isupper() else _CAMEL.sub(" ", proper)
    return " ".join(_WORDS.sub(" ", camel).lower().split())


@cache
def known_names() -> Mapping[str, tuple[str, int]]:
    """Give the field of each header name, and its place among the names of that field: usual ones first."""
    with (Path(__file__).parent / "header_names.csv").open(encoding="utf-8", newline="") as stream:
        foreign = [(row["field"], row["names"]) for row in csv.DictReader(stream, delimiter=";")]
    fields: dict[str, tuple[str, int]] = {}
    for field, names in (*FIELDS.items(), *foreign):
        for place, name in enumerate(re.split(r",\s*", names)):
            fields.setdefault(tokenize_header(name), (field, place))
    return fields


def match_header(header: str) -> tuple[str, float] | None:
    """Name the field a header means, with a confidence (0-1) that falls with less usual names; None if unknown."""
    plain = tokenize_header(header if header.isascii() else repair_text(header))
    exact = known_names().get(plain)
    if exact:
        return exact[0], 1.0 - min(exact[1], 40) / 200
    loose = known_names().get(_bare(plain)) or _timed(plain)
    return (loose[0], 0.75 - min(loose[1], 40) / 400) if loose else None


def scale_of(header: str) -> float:
    """Give the factor a header states for its numbers, as in "Followers (k)"; 1 if none."""
    stated = [SCALES[word] for word in tokenize_header(header).split()[1:] if word in SCALES]
    return stated[0] if stated else 1.0


def _bare(plain: str) -> str:
    return " ".join(word for word in plain.split() if word not in DECORATION)


def _timed(plain: str) -> tuple[str, int] | None:
    entry = known_names().get(_bare(PERIOD.sub(" ", plain)))
    return entry if entry and entry[0] in TIMED else None
