"""Place text to places: the rules, laws on any text, and accuracy on labelled profile locations."""

import os
import threading
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bundled import NEEDS_DATA, bundled
from hinterland.geocode import Gazetteer, resolve, resolve_columns
from hinterland.geocode.aliases import country_keys
from hinterland.geocode.normalize import fold, fold_names, normalise_name, normalise_names
from hinterland.reference.builder.places import tabulate_country_names

COLUMNS = [
    "kind", "place_id", "place", "region_id", "admin1", "country_code", "latitude", "longitude", "confidence",
    "alternatives", "near_name", "candidates",
]  # fmt: skip
SHARED = os.environ.get("HINTERLAND_SHARED")


@cache
def small_world() -> Gazetteer:
    """Springfield in two states and in Australia, Sfax in Tunisia, Nashville in Tennessee."""
    places = pd.DataFrame(
        {
            "place_id": [1, 2, 3, 4, 5, 6],
            "place": ["Springfield", "Springfield", "Springfield", "Sfax", "Nashville", "Remote"],
            "region_id": ["US.IL", "US.MA", "AU.07", "TN.32", "US.TN", "US.TN"],
            "country_code": ["US", "US", "AU", "TN", "US", "US"],
            "latitude": [39.8, 42.1, -37.7, 34.7, 36.2, 35.0],
            "longitude": [-89.6, -72.6, 144.7, 10.8, -86.8, -85.0],
            "population": [114_000.0, 155_000.0, 20_000.0, 277_000.0, 530_000.0, 2_000.0],
        }
    ).set_index("place_id")
    keys = ["springfield", "springfield", "springfield", "sfax", "nashville", "remote"]
    names = pd.DataFrame({"key": keys, "place_id": places.index, "kind": "main"})
    countries = pd.DataFrame(
        {"country": ["United States", "Australia", "Tunisia"], "iso3": ["USA", "AUS", "TUN"], "population": 1e7},
        index=pd.Index(["US", "AU", "TN"], name="country_code"),
    )
    regions = pd.DataFrame(
        {
            "region": ["Illinois", "Massachusetts", "Victoria", "Sfax", "Tennessee"],
            "country_code": ["US", "US", "AU", "TN", "US"],
            "iso_code": ["IL", "MA", "VIC", "61", "TN"],
        },
        index=pd.Index(["US.IL", "US.MA", "AU.07", "TN.32", "US.TN"], name="region_id"),
    )
    return Gazetteer(places, names, countries, regions)


@pytest.mark.parametrize(
    ("text", "kind", "place_id"),
    [
        ("Springfield", "city", 2),
        ("Springfield, IL", "city", 1),
        ("Springfield, Illinois, USA", "city", 1),
        ("Springfield, Australia", "city", 3),
        ("Springfield 🇦🇺", "city", 3),
        ("Sfax, TN", "city", 4),
        ("Nashville, TN", "city", 5),
        ("Tunisia", "country", None),
        ("Illinois", "region", None),
        ("Atlantis, Tunisia", "country", None),
        ("Nashville, Tunisia", "multi", 5),
        ("Remote", "none", None),
        ("remote, everywhere", "none", None),
        ("Not in Tunisia", "none", None),
        ("", "none", None),
        (None, "none", None),
    ],
)
def test_small_world(text: str | None, kind: str, place_id: int | None):
    found = resolve([text], small_world()).iloc[0]
    assert found["kind"] == kind
    assert (None if pd.isna(found["place_id"]) else found["place_id"]) == place_id


def test_several_places_are_all_named():
    found = resolve(["Sfax ✈️ Nashville"], small_world()).iloc[0]
    assert (found["kind"], found["place_id"], found["alternatives"]) == ("multi", 4, "4;5")


@NEEDS_DATA
def test_both_cities_of_a_traveller_are_named():
    assert resolve(["NYC ✈️ LA"], bundled()).loc[0, "alternatives"] == "5128581;5368361"


def test_the_country_column_is_evidence_not_an_order():
    found = resolve(["Springfield", "Springfield, IL", "home"], small_world(), countries=["AU", "Australia", "au"])
    assert found["place_id"].tolist() == [3, 1, pd.NA]
    assert found["kind"].tolist()[2] == "country"


@pytest.mark.parametrize(
    ("city", "region", "country", "kind", "place_id", "country_code"),
    [
        ("springfield", "illinois", "united-states", "city", 1, "US"),
        ("springfield", None, "AUS", "city", 3, "AU"),
        ("Springfield", None, "Vereinigte Staaten", "city", 2, "US"),
        ("sfax", None, "united-states", "country", None, "US"),
        ("sfax", "tennessee", "united-states", "region", None, "US"),
        (None, None, "Tunisie", "country", None, "TN"),
        ("Sfax", None, "Mordor", "city", 4, "TN"),
        ("Springfield, IL", None, None, "city", 1, "US"),
        ("Springfield - Illinois", None, "United States", "city", 1, "US"),
        ("Springfield, IL", None, "Tunisia", "country", None, "TN"),
        ("Sfax / Nashville", None, "Tunisia", "country", None, "TN"),
        (None, "illinois", None, "region", None, "US"),
        ("illinois", None, "united-states", "region", None, "US"),
        (None, None, None, "none", None, None),
    ],
)
def test_columns_never_leave_their_country(city, region, country, kind, place_id, country_code):
    frame = pd.DataFrame({"city": [city], "region": [region], "country": [country]}, dtype="object")
    found = resolve_columns(frame, small_world()).iloc[0]
    given_back = [None if pd.isna(found[name]) else found[name] for name in ("kind", "place_id", "country_code")]
    assert given_back == [kind, place_id, country_code]


def test_no_rows_give_no_rows_of_the_same_columns():
    assert list(resolve([], small_world()).columns) == COLUMNS
    assert len(resolve_columns(pd.DataFrame({"city": []}), small_world())) == 0


TEXTS = st.text(max_size=60) | st.lists(
    st.sampled_from(
        ["Springfield", "TN", "IL", "Tunisia", "sfax", ", ", " / ", " - ", "(", ")", " and ", "remote", "🇦🇺"]
    ),
    max_size=8,
).map("".join)


@given(st.lists(TEXTS, max_size=6))
@settings(max_examples=200)
def test_any_text_gives_one_row_each_that_does_not_depend_on_the_others(texts: list[str]):
    together = resolve(texts, small_world())
    assert list(together.columns) == COLUMNS
    assert len(together) == len(texts)
    assert together["confidence"].between(0, 1).all()
    assert ((together["kind"] == "none") == (together["confidence"] == 0)).all()
    alone = [resolve([text], small_world()) for text in texts]
    if alone:
        pd.testing.assert_frame_equal(together, pd.concat(alone, ignore_index=True))


@given(st.lists(st.text(max_size=30), max_size=8))
def test_names_normalise_alike_alone_and_together(names: list[str]):
    assert fold_names(names) == [fold(name) for name in names] or not names
    assert normalise_names(names) == [normalise_name(name) for name in names] or not names


@given(st.text(max_size=30))
def test_folding_is_done_once(name: str):
    assert fold(fold(name)) == fold(name)


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("São Paulo, SP", "sao paulo sp"),
        ("Côte d'Ivoire", "cote d ivoire"),
        ("İstanbul", "istanbul"),
        ("Łódź", "lodz"),
        ("\U0001d5dc\U0001d5e5\U0001d5d4\U0001d5e1", "iran"),
        ("ประเทศไทย", "ประเทศไทย"),
    ],
)
def test_folded_names(name: str, key: str):
    assert fold(name) == key


RULES = {
    "abbreviations": [("NYC", "city", "US"), ("CDMX", "city", "MX"), ("UK", "country", "GB"), ("LAX", "city", "US")],
    "codes": [
        ("LA", "city", "US"),
        ("la", "none", None),
        ("LA, CA", "city", "US"),
        ("Vientiane, LA", "city", "LA"),
        ("Cologne, DE", "city", "DE"),
        ("Wilmington, DE", "city", "US"),
        ("Haifa, IL", "city", "IL"),
        ("Chicago, IL", "city", "US"),
        ("Mumbai, IN", "city", "IN"),
        ("Rabat, MA", "city", "MA"),
        ("Tirana, AL", "city", "AL"),
        ("Mobile, AL", "city", "US"),
        ("Libreville, GA", "city", "GA"),
        ("Bogotá, CO", "city", "CO"),
        ("Denver, CO", "city", "US"),
        ("DE", "none", None),
        ("DE / FR", "multi", None),
        ("FR", "country", "FR"),
        ("US", "country", "US"),
        ("TX", "region", "US"),
        ("Talatona, LA - Angola", "city", "AO"),
    ],
    "shared with a country": [
        ("Georgia Tech", "city", "US"),
        ("San Marino / Italy", "multi", None),
        ("San Marino, CA", "city", "US"),
        ("Albania, USA", "multi", None),
        ("Congo (République démocratique du)", "country", "CD"),
        ("Korea, Republic of", "country", "KR"),
        ("Somerset / London", "city", "GB"),
        ("Somerset, NJ", "city", "US"),
    ],
    "several": [
        ("São Paulo e Lisboa", "multi", "BR"),
        ("NYC ✈️ LA", "multi", "US"),
        ("Jakarta/Balikpapan, Indonesia", "multi", "ID"),
    ],
    "containment": [
        ("São Paulo, SP", "city", "BR"),
        ("Sfax, TN", "city", "TN"),
        ("Nashville, TN", "city", "US"),
        ("Atlanta, Georgia", "city", "US"),
        ("Tbilisi, Georgia", "city", "GE"),
        ("San José, CR", "city", "CR"),
        ("San Jose, CA", "city", "US"),
        ("Perth, Scotland", "city", "GB"),
        ("Athens, Ohio", "city", "US"),
        ("Granada", "city", "ES"),
        ("Granada, Nicaragua", "city", "NI"),
    ],
    "coarse": [
        ("Remote, Ireland", "country", "IE"),
        ("Georgia", "country", "GE"),
        ("California", "region", "US"),
        ("Bavaria, Germany", "region", "DE"),
        ("Deutschland", "country", "DE"),
        ("日本", "country", "JP"),
        ("Guatemala", "country", "GT"),
        ("🇧🇷", "country", "BR"),
        ("Korea", "country", "KR"),
        ("Trinidad and Tobago", "country", "TT"),
    ],
    "no place": [
        (text, "none", None) for text in ("Earth", "she/her", "Remote", "Home", "the internet", "Moon", "404")
    ],
    "spelling": [
        ("Hambrug, Germany", "city", "DE"),
        ("Casablnca, Morocco", "city", "MA"),
        ("Argentna", "country", "AR"),
    ],
    "parts": [("Brooklyn", "city", "US"), ("Brooklyn, NYC", "city", "US"), ("Shinjuku, Tokyo", "city", "JP")],
    "adjectives": [("Brasileira", "country", "BR"), ("Turkish", "country", "TR"), ("French Guiana", "country", "GF")],
    "accents": [("San José", "city", "CR"), ("San Jose", "city", "US"), ("León", "city", "MX")],
    "plain words": [
        ("Long Beach, CA", "city", "US"),
        ("Nice, France", "city", "FR"),
        ("Jupiter, FL", "city", "US"),
        ("nice", "none", None),
        ("Jupiter", "none", None),
        ("Union City", "none", None),
        ("Remote, CA", "none", None),
        ("Remote, X", "none", None),
    ],
    "said twice": [("NY, NY", "city", "US"), ("Luxembourg, Luxembourg", "country", "LU")],
    "universities": [("MIT", "city", "US"), ("mit", "none", None), ("Texas A&M", "city", "US")],
    "without spaces": [
        ("广东深圳", "city", "CN"),
        ("北京大学", "city", "CN"),
        ("東京都渋谷区", "city", "JP"),
        ("서울대학교", "city", "KR"),
    ],
    "parts of countries": [("Midwest", "country", "US"), ("South Tyrol", "region", "IT"), ("Goa", "region", "IN")],
    "other names": [("Islamabad", "city", "PK"), ("Bombay", "city", "IN"), ("Southeast Asia", "none", None)],
    "past": [("Berlin, ex-Tokyo", "city", "DE"), ("not Berlin", "none", None)],
}


@NEEDS_DATA
@pytest.mark.parametrize(("text", "kind", "country"), [case for cases in RULES.values() for case in cases])
def test_rules_on_the_bundled_names(text: str, kind: str, country: str | None):
    found = resolve([text], bundled()).iloc[0]
    assert (found["kind"], None if pd.isna(found["country_code"]) else found["country_code"]) == (kind, country)


COUNTRY_NAMES = {
    "AT": ["Oostenrijk", "Ausztria", "Avusturya", "Østrig", "Austria (Europe)"],
    "BS": ["Bahamas, The", "The Bahamas", "Bahamas (the)"],
    "BR": ["Brésil", "Brasilien", "Brazilië", "Бразилия", "ब्राज़ील", "브라질", "Brazília"],
    "CD": ["Congo, Dem. Rep.", "Congo, Democratic Republic of the", "Congo, the Democratic Republic of the"],
    "CG": ["Congo, Rep.", "Congo, Republic of the", "Congo-Brazzaville"],
    "CI": ["Cote d'Ivoire", "Elfenbeinküste", "Costa de Marfil", "Ivory Coast"],
    "CZ": ["Tschechien", "Tjeckien", "Czechy", "Čekija", "Česko", "The Czech Republic"],
    "DE": ["Njemačka", "Vācija", "Yr Almaen", "Þýskaland", "Ujerumani", "Saksamaa", "Alemanya", "Jerman"],
    "EG": ["Egypt, Arab Rep.", "Egypten", "Egypte", "Ägypten"],
    "ES": ["Spanien", "Hiszpania", "Espanja", "İspanya", "Hispaania"],
    "FR": ["Frantzia", "Frakkland", "Ufaransa", "Francja"],
    "GB": ["Great Britain", "Verenigde Koninkryk", "Royaume-Uni", "United Kingdom (UK)"],
    "GM": ["Gambia, The", "The Gambia"],
    "HK": ["Hong Kong SAR, China", "China, Hong Kong SAR"],
    "HU": ["Madžarska", "Ungarn", "Macaristan", "Unkari"],
    "IE": ["Irland", "Írország", "Éire", "Republic of Ireland"],
    "IR": ["Iran, Islamic Rep.", "Iran (Islamic Republic of)", "Iran, Islamic Republic of"],
    "JM": ["Jamaika", "Jamaïque", "Giamaica"],
    "JP": ["Japonia", "Giappone", "Japán", "Nhật Bản"],
    "KG": ["Kyrgyz Republic", "Kirgistan", "Kirghizistan"],
    "KP": ["Korea, Dem. People's Rep.", "Korea, North", "Korea (the Democratic People's Republic of)"],
    "KR": ["Korea, Republic of", "Korea, Rep.", "Republic of Korea", "Südkorea", "Zuid-Korea", "Corea del Sur"],
    "LB": ["Libanon", "Líbano", "Liban"],
    "MX": ["Mexiko", "Mexique", "Messico", "Meksyk"],
    "NL": ["Netherlands (Kingdom of the)", "Pays-Bas", "Nizozemska", "Holandia"],
    "PH": ["Philippines (the)", "Filipíny", "Filipinler", "Republic of the Philippines"],
    "SG": ["Singapur", "Singapour", "Singapura"],
    "SK": ["Slovak Republic", "Eslovaquia", "Szlovákia"],
    "TW": ["Taiwan (Province of China)", "Taiwan, R.O.C.", "Chinese Taipei"],
    "TZ": ["Tanzania, United Republic of", "Tansania"],
    "US": ["Estados Unidos", "Stany Zjednoczone", "Marekani", "United States of America (the)"],
    "VE": ["Venezuela, RB", "Venezuela (Bolivarian Republic of)"],
    "VI": ["Virgin Islands (U.S.)", "United States Virgin Islands"],
    "PS": ["West Bank and Gaza", "State of Palestine"],
    "BA": ["Bosnia and Herzegovina", "Bosnien und Herzegowina", "Bosnia y Herzegovina"],
    "VC": ["Saint Vincent and the Grenadines", "St. Vincent & the Grenadines"],
}


@NEEDS_DATA
@pytest.mark.parametrize(("name", "code"), [(name, code) for code, names in COUNTRY_NAMES.items() for name in names])
def test_a_country_is_read_in_any_language_and_form(name: str, code: str):
    frame = pd.DataFrame({"country": [name]})
    for found in (resolve([name], bundled()).iloc[0], resolve_columns(frame, bundled()).iloc[0]):
        assert (found["kind"], found["country_code"]) == ("country", code)


@NEEDS_DATA
@pytest.mark.parametrize(
    ("text", "kind", "place"),
    [
        ("Granada", "city", "Granada"),
        ("Brasilia", "city", "Brasília"),
        ("Salvador", "city", "Salvador"),
        ("Kanata, ON", "city", "Kanata"),
        ("Bonaire", "region", None),
        ("England", "region", None),
        ("Mali Lošinj", "city", "Mali Lošinj"),
        ("Angleterre", "region", None),
        ("Escocia", "region", None),
        ("Cymru", "region", None),
    ],
)
def test_a_country_in_a_rare_language_is_no_larger_place(text: str, kind: str, place: str | None):
    found = resolve([text], bundled()).iloc[0]
    assert (found["kind"], None if pd.isna(found["place"]) else found["place"]) == (kind, place)


def test_the_table_of_country_names_is_that_of_the_libraries():
    names = tabulate_country_names()
    keys = country_keys()
    assert np.mean([keys.get(name) == code for name, code in zip(names["name"], names["code"], strict=True)]) > 0.98


MISSPELT_IN_STATE = [
    ("Redmon, WA", "Redmond"), ("Seatle, WA", "Seattle"), ("Hooston, TX", "Houston"), ("Pheonix, AZ", "Phoenix"),
    ("Sna Francisco, CA", "San Francisco"), ("Los Angels, CA", "Los Angeles"), ("Boize, ID", "Boise"),
    ("Portlnd, OR", "Portland"), ("Tuscon, AZ", "Tucson"), ("Sacremento, CA", "Sacramento"),
    ("Cincinnatti, OH", "Cincinnati"), ("Nashvile, TN", "Nashville"), ("Detriot, MI", "Detroit"),
    ("Indianapols, IN", "Indianapolis"), ("Torono, ON", "Toronto"), ("Calagry, AB", "Calgary"),
    ("Vancuver, BC", "Vancouver"), ("Brisban, QLD", "Brisbane"), ("Melborne, VIC", "Melbourne"),
    ("Curitba, PR", "Curitiba"), ("Mumbay, MH", "Mumbai"), ("Zurch, ZH", "Zürich"), ("Seatle, Washington", "Seattle"),
    ("Stuttgard, BW", "Stuttgart"),
]  # fmt: skip


@NEEDS_DATA
@pytest.mark.parametrize(("text", "place"), MISSPELT_IN_STATE)
def test_a_misspelt_town_is_found_in_its_state(text: str, place: str):
    found = resolve([text], bundled()).iloc[0]
    assert (found["kind"], found["place"], found["near_name"]) == ("city", place, text != "Mumbay, MH")


CODES_OF_REGIONS = {
    "US.TX": ["Xyzzy, TX", "Fort Xyzzy, TX"],
    "US.WA": ["Xyzzy, WA", "Port Xyzzy, WA", "USA, WA", "WA, USA"],
    "US.CA": ["San Xyzzy, CA"],
    "US.MN": ["Lake Xyzzy, MN"],
    "US.IN": ["Xyzzy, IN"],
    "US.ME": ["Xyzzy, ME"],
    "US.OR": ["Xyzzy, OR"],
    "US.OK": ["Xyzzy, OK"],
    "US.CO": ["Xyzzy, CO"],
    "US.ID": ["Xyzzy, ID"],
    "US.AL": ["Xyzzyville, AL, USA"],
    "CA.08": ["Xyzzy, ON"],
    "BR.27": ["Xyzzy, SP"],
    "AU.08": ["Xyzzy, WA, Australia", "Australia, WA"],
    "DE.10": ["Xyzzy, SH", "Deutschland, SH"],
    "DE.02": ["Germany, BY"],
    "CH.GE": ["Switzerland, GE"],
    "CH.AG": ["Schweiz, AG"],
    "IN.16": ["India, MH"],
}


@NEEDS_DATA
@pytest.mark.parametrize(
    ("text", "region"), [(text, region) for region, texts in CODES_OF_REGIONS.items() for text in texts]
)
def test_a_code_after_an_unknown_town_or_a_country_is_a_region(text: str, region: str):
    found = resolve([text], bundled()).iloc[0]
    assert (found["kind"], found["region_id"]) == ("region", region)


@NEEDS_DATA
@pytest.mark.parametrize(
    ("text", "kind", "country_code"),
    [
        ("SH", "none", None), ("IO", "none", None), ("SX", "none", None), ("AQ", "none", None),
        ("FR", "country", "FR"), ("Bern, BE", "city", "CH"), ("Basel, BS", "city", "CH"), ("Milano, MI", "city", "IT"),
        ("SAN", "city", "US"), ("lax", "none", None), ("Wa, Ghana", "city", "GH"), ("Perth, WA", "city", "AU"),
        ("remote, OK", "none", None), ("hello, IN", "none", None), ("Indonesia Lah", "country", "ID"),
    ],
)  # fmt: skip
def test_a_short_code_is_read_only_where_it_is_plain(text: str, kind: str, country_code: str | None):
    found = resolve([text], bundled()).iloc[0]
    assert (found["kind"], None if pd.isna(found["country_code"]) else found["country_code"]) == (kind, country_code)


LIKELY_PLACES = [
    ("Saint Louis", "St. Louis", "US"), ("Waterloo", "Waterloo", "CA"), ("Saint-Louis, Senegal", "Saint-Louis", "SN"),
    ("Saint Petersburg", "Saint Petersburg", "RU"), ("Saint Petersburg, FL", "St. Petersburg", "US"),
    ("Islamabad", "Islamabad", "PK"), ("Santa Cruz, Bolivia", "Santa Cruz de la Sierra", "BO"),
    ("Odessa, Ukraine", "Odesa", "UA"), ("Saigon", "Ho Chi Minh City", "VN"), ("Leningrad", "Saint Petersburg", "RU"),
    ("Puno", "Puno", "PE"), ("Pueblo", "Pueblo", "US"), ("Waterloo, Belgium", "Waterloo", "BE"),
    ("東京都渋谷区神南1-2-3", "Shibuya", "JP"), ("〒150-0041 東京都渋谷区神南1丁目", "Shibuya", "JP"),
    ("大阪府大阪市北区", "Osaka", "JP"), ("大阪市北区", "Osaka", "JP"), ("京都府京都市中京区", "Kyoto", "JP"),
    ("北海道札幌市中央区", "Sapporo", "JP"), ("神奈川県横浜市西区みなとみらい2-2-1", "Yokohama", "JP"),
    ("三重県四日市市", "Yokkaichi", "JP"), ("千葉県市川市", "Ichikawa", "JP"), ("福岡県福岡市博多区", "Fukuoka", "JP"),
    ("北京市朝阳区建国路88号", "Beijing", "CN"), ("广东省深圳市南山区", "Shenzhen", "CN"),
    ("서울 강남구", "Seoul", "KR"), ("台北市信義區", "Taipei", "TW"), ("中国广东省深圳市", "Shenzhen", "CN"),
    ("Simferopol, Russia", "Simferopol", "UA"), ("Simferopol, Ukraine", "Simferopol", "UA"),
    ("Sevastopol, Russia", "Sevastopol", "UA"), ("Taipei, China", "Taipei", "TW"),
    ("Pristina, Serbia", "Pristina", "XK"),
    ("Pristina, Kosovo", "Pristina", "XK"), ("Srinagar, India", "Srinagar", "IN"),
    ("Srinagar, Pakistan", "Srinagar", "IN"), ("Muzaffarabad, India", "Muzaffarābād", "PK"),
    ("Jerusalem, Palestine", "Jerusalem", "IL"), ("Jerusalem, Israel", "Jerusalem", "IL"),
    ("Ramallah, Israel", "Ramallah", "PS"), ("Laayoune, Morocco", "Laayoune", "EH"),
    ("Kyrenia, Turkey", "Kyrenia", "CY"), ("Stepanakert, Armenia", "Khankendi", "AZ"),
    ("Port Stanley, Argentina", "Stanley", "FK"),
    ("40.71, -74.00", "New York City", "US"), ("40.7128° N, 74.0060° W", "New York City", "US"),
    ("ÜT: 40.7128,-74.0060", "New York City", "US"), ("-33.87, 151.21", "Sydney", "AU"),
    ("N 52.52 E 13.405", "Berlin", "DE"), ("40°42'46\"N 74°00'21\"W", "New York City", "US"),
    ("51.5074, -0.1278 London", "London", "GB"), ("iPhone: 37.774900,-122.419400", "San Francisco", "US"),
    ("221B Baker Street, London NW1", "London", "GB"), ("350 Fifth Avenue, New York, NY 10118", "New York City", "US"),
    ("1600 Amphitheatre Pkwy, Mountain View, CA 94043", "Mountain View", "US"),
    ("10 Rue de Rivoli, 75001 Paris, France", "Paris", "FR"), ("Unter den Linden 77, 10117 Berlin", "Berlin", "DE"),
    ("Av. Paulista 1578, São Paulo - SP, 01310-200", "São Paulo", "BR"),
    ("Plot 12, Sector 62, Noida, UP", "Noida", "IN"),
    ("Level 5, 100 George St, Sydney NSW 2000", "Sydney", "AU"), ("Calle Gran Vía 28, 28013 Madrid", "Madrid", "ES"),
]  # fmt: skip


@NEEDS_DATA
@pytest.mark.parametrize(("text", "place", "country_code"), LIKELY_PLACES)
def test_the_likely_place_is_found(text: str, place: str, country_code: str):
    found = resolve([text], bundled()).iloc[0]
    assert (found["kind"], found["place"], found["country_code"]) == ("city", place, country_code)


@NEEDS_DATA
@pytest.mark.parametrize(
    ("text", "region"),
    [
        ("The Hamptons", "US.NY"), ("Cape Cod", "US.MA"), ("Martha's Vineyard", "US.MA"), ("Outer Banks", "US.NC"),
        ("Jersey Shore", "US.NJ"), ("Napa Valley", "US.CA"), ("The Cotswolds", "GB.ENG"), ("Costa Brava", "ES.56"),
    ],
)  # fmt: skip
def test_a_part_of_a_region_gives_the_region(text: str, region: str):
    found = resolve([text], bundled()).iloc[0]
    assert (found["kind"], found["region_id"]) == ("region", region)


@NEEDS_DATA
@pytest.mark.parametrize(
    "text", ["POINT (4.83 45.76)", "point z (4.8357 45.764 170)", "(45.76, 4.83)", "[45.764;4.8357]"]
)
def test_pairs_as_programs_write_them(text: str):
    assert resolve([text], bundled()).loc[0, ["country_code", "kind"]].tolist() == ["FR", "city"]


@NEEDS_DATA
@pytest.mark.parametrize("text", ["4.99, 9.99", "3.14159", "v1.2.3", "192.168.10.1", "99.123, 200.456", "0.000, 0.000"])
def test_numbers_are_no_coordinates(text: str):
    assert resolve([text], bundled()).loc[0, "kind"] == "none"


@NEEDS_DATA
def test_either_country_of_a_dispute_is_itself():
    found = resolve(["Taiwan, China", "Palestine / Israel", "Hong Kong, China"], bundled())
    assert found["kind"].tolist() == ["country", "multi", "country"]


@NEEDS_DATA
def test_an_ambiguous_country_is_less_sure_than_a_plain_one():
    georgia, portugal, congo = resolve(["Georgia", "Portugal", "Congo"], bundled())["confidence"]
    assert max(georgia, congo) < portugal


COLUMNS_READ_AS_TEXT = [
    (("Austin, TX", "", ""), "city", "Austin", "US"),
    (("Austin, TX", "", "US"), "city", "Austin", "US"),
    (("Sao Paulo - SP", "", ""), "city", "São Paulo", "BR"),
    (("Sao Paulo - SP", "", "Brazil"), "city", "São Paulo", "BR"),
    (("Rio de Janeiro/RJ", "", "Brasil"), "city", "Rio de Janeiro", "BR"),
    (("London", "", "England"), "city", "London", "GB"),
    (("Edinburgh", "", "Scotland"), "city", "Edinburgh", "GB"),
    (("Cardiff", "", "Wales"), "city", "Cardiff", "GB"),
    (("", "", "England"), "region", "", "GB"),
    (("", "", "Northern Ireland"), "region", "", "GB"),
    (("Paris", "", "Texas"), "city", "Paris", "US"),
    (("Cairo", "", "Egypt, Arab Rep."), "city", "Cairo", "EG"),
    (("Manila", "", "Philippines (the)"), "city", "Manila", "PH"),
    (("Seoul", "", "Korea, Republic of"), "city", "Seoul", "KR"),
    (("Kinshasa", "", "Congo, Dem. Rep."), "city", "Kinshasa", "CD"),
    (("Brazzaville", "", "Congo, Rep."), "city", "Brazzaville", "CG"),
    (("Kingston", "", "Jamaika"), "city", "Kingston", "JM"),
    (("Paris", "", "Frankreich"), "city", "Paris", "FR"),
    (("Munich (Germany)", "", ""), "city", "Munich", "DE"),
    (("Munich (Germany)", "", "Germany"), "city", "Munich", "DE"),
    (("Mumbai, Maharashtra, India", "", "India"), "city", "Mumbai", "IN"),
    (("Köln, NRW", "", "Deutschland"), "city", "Köln", "DE"),
    (("Melbourne VIC", "", "Australia"), "city", "Melbourne", "AU"),
    (("Vancouver, BC", "", "Canada"), "city", "Vancouver", "CA"),
    (("San Francisco Bay Area", "", "United States"), "city", "San Francisco", "US"),
    (("75001 Paris", "", "France"), "city", "Paris", "FR"),
    (("Lyon / Paris", "", "France"), "multi", "Lyon", "FR"),
    (("Hambrug", "", "Germany"), "city", "Hamburg", "DE"),
    (("Sfax", "", "United States"), "country", "", "US"),
    (("Toronto, ON", "", "United States"), "country", "", "US"),
    (("Xyzzy", "CA", "USA"), "region", "", "US"),
    (("Paris", "", "Wakanda"), "city", "Paris", "FR"),
    (("Remote", "", "Ireland"), "country", "", "IE"),
    (("Brazil", "", ""), "country", "", "BR"),
    (("US", "", ""), "country", "", "US"),
    (("Granada", "", ""), "city", "Granada", "ES"),
    (("Luxembourg", "", "Luxembourg"), "city", "Luxembourg", "LU"),
    (("n/a", "", "Spain"), "country", "", "ES"),
]


@NEEDS_DATA
@pytest.mark.parametrize(("values", "kind", "place", "country_code"), COLUMNS_READ_AS_TEXT)
def test_columns_are_read_no_worse_than_text(values: tuple[str, str, str], kind: str, place: str, country_code: str):
    frame = pd.DataFrame([values], columns=["city", "region", "country"])
    found = resolve_columns(frame, bundled()).fillna({"place": ""}).iloc[0]
    assert (found["kind"], found["place"], found["country_code"]) == (kind, place, country_code)


@NEEDS_DATA
def test_slugs_of_a_directory_resolve_to_the_city():
    frame = pd.DataFrame({"city": ["new-york", "sao-paulo"], "country": ["united-states", "brazil"]})
    assert resolve_columns(frame, bundled())["place_id"].tolist() == [5128581, 3448439]


@NEEDS_DATA
def test_a_name_that_was_read_a_letter_off_is_marked():
    found = resolve(["Hambrug, Germany", "Hamburg, Germany", "Lyon / Casablnca", "Qqqqq", ""], bundled())
    assert found["near_name"].tolist() == [True, False, True, False, False]


def _candidates(texts: list[str]) -> list[dict[str, float]]:
    listed = resolve(texts, bundled())["candidates"].astype("object").fillna("")
    pairs = [[pair.split(":") for pair in one.split(";") if pair] for one in listed]
    return [{place: float(share) for place, share in one} for one in pairs]


@NEEDS_DATA
@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("Washington, United States", ["US.WA", "4140963"]),
        ("Washington", ["US.WA", "4140963"]),
        ("Valencia", ["3625549", "2509954"]),
        ("San Jose", ["5392171", "3621849"]),
        ("Córdoba", ["3860259", "2519240"]),
        ("Georgia", ["614540", "US.GA"]),
        ("Granada", ["2517117", "3619136"]),
        ("Springfield", ["4409896", "4951788"]),
        ("Hyderabad", ["1269843", "1176734"]),
        ("Cambridge", ["2653941", "4931972"]),
        ("Birmingham", ["2655603", "4049979"]),
        ("Newcastle", ["2155472", "971421"]),
        ("Punjab", ["PK.04", "IN.23"]),
        ("Rochester, USA", ["5134086", "5043473"]),
        ("Saint Louis", ["4407066", "2246452"]),
        ("Waterloo", ["6176823", "4880889"]),
    ],
)
def test_a_doubtful_name_lists_what_it_may_mean(text: str, ids: list[str]):
    shares = _candidates([text])[0]
    assert set(ids) <= set(shares)
    assert next(iter(shares)) == ids[0]
    assert list(shares.values()) == sorted(shares.values(), reverse=True)
    assert sum(shares.values()) == pytest.approx(1, abs=1e-9)
    assert min(shares.values()) >= 0.05
    assert len(shares) <= 5


@NEEDS_DATA
@pytest.mark.parametrize(
    "text",
    [
        "London", "Paris", "Springfield, IL", "Paris, Texas", "London, England", "New York", "Washington, DC",
        "Washington State", "Georgia, USA", "Tbilisi, Georgia", "Minsk, Belarus", "Moscow", "Buenos Aires, Argentina",
        "Tashkent", "Addis Ababa", "Montenegro", "Andorra", "Mexico", "Guatemala", "Quebec", "NYC ✈️ LA", "Earth", "",
    ],
)  # fmt: skip
def test_a_plain_name_has_no_candidates(text: str):
    assert _candidates([text]) == [{}]


@NEEDS_DATA
@pytest.mark.parametrize(
    ("values", "ids"),
    [
        (("Springfield", None, "US"), {"4409896", "4951788"}),
        # a column of cities does not mean the state
        (("Washington", None, "United States"), set()),
        (("Springfield", "IL", "US"), set()),
        (("Valencia", None, "Spain"), set()),
    ],
)
def test_columns_have_candidates_too(values: tuple[str | None, ...], ids: set[str]):
    frame = pd.DataFrame([dict(zip(("city", "region", "country"), values, strict=True))])
    listed = resolve_columns(frame, bundled())["candidates"].astype("object").fillna("")[0]
    assert {pair.split(":")[0] for pair in listed.split(";") if pair} >= ids
    assert bool(listed) == bool(ids)


@NEEDS_DATA
@pytest.mark.skipif(SHARED is None, reason="needs profile locations: set HINTERLAND_SHARED")
def test_few_profile_locations_are_doubtful():
    accounts = pd.read_csv(Path(SHARED or "") / "creators" / "github_accounts.csv", keep_default_na=False)
    found = resolve(accounts["location"], bundled())
    assert 0.005 <= found["candidates"].notna().mean() <= 0.05


@NEEDS_DATA
def test_threads_share_a_gazetteer():
    texts = ["Hambrug, Germany", "Casablnca, Morocco", "NYC"] * 20
    results: list[pd.DataFrame] = []
    threads = [threading.Thread(target=lambda: results.append(resolve(texts, bundled()))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for result in results[1:]:
        pd.testing.assert_frame_equal(result, results[0])


def _near(one: pd.DataFrame, other: pd.DataFrame) -> pd.Series:
    """Great-circle distance within 40 km."""
    north, east = (np.radians(one[axis].to_numpy(float) - other[axis].to_numpy(float)) for axis in ("lat", "lon"))
    cosines = np.cos(np.radians(one["lat"].to_numpy(float))) * np.cos(np.radians(other["lat"].to_numpy(float)))
    half = np.sin(north / 2) ** 2 + cosines * np.sin(east / 2) ** 2
    return pd.Series(2 * 6371 * np.arcsin(np.sqrt(half)) <= 40, index=one.index)


@NEEDS_DATA
@pytest.mark.skipif(SHARED is None, reason="needs the labelled profile locations: set HINTERLAND_SHARED")
def test_labelled_profile_locations():
    labels = pd.read_csv(Path(SHARED or "") / "labels" / "dev_strings.csv", keep_default_na=False)
    labels = labels[labels["kind"] != "unclear"].reset_index(drop=True)
    found = resolve(labels["string"], bundled())
    spots = found[["latitude", "longitude"]].set_axis(["lat", "lon"], axis="columns")
    near = _near(labels[["lat", "lon"]].apply(pd.to_numeric, errors="coerce"), spots)
    ids = labels["geonameid"] + ";" + labels["alt_geonameids"]
    named = found["alternatives"].fillna("") + ";" + found["place_id"].astype("object").map(str)
    same_id = [str(place) in accepted.split(";") for place, accepted in zip(found["place_id"], ids, strict=True)]
    shared = [
        bool(set(one.split(";")) & set(other.split(";")) - {""})
        for one, other in zip(named, labels["multi_geonameids"], strict=True)
    ]
    same_country = found["country_code"] == labels["country_code"]
    right_city = (found["kind"] == "city") & (near | pd.Series(same_id))
    right = (labels["kind"] == "city") & right_city
    right |= (labels["kind"] == "country") & (found["kind"] == "country") & same_country
    right |= (labels["kind"] == "region") & found["kind"].isin(["region", "country"]) & same_country
    right |= (labels["kind"] == "multi") & (found["kind"] == "multi") & pd.Series(shared)
    right |= (labels["kind"] == "none") & (found["kind"] == "none")
    wrong = (found["kind"] == "city") & labels["kind"].isin(["city", "country", "none"]) & ~right
    assert right.mean() >= 0.93
    assert wrong.mean() <= 0.015
    assert right[found["confidence"] >= 0.95].mean() >= 0.94


@NEEDS_DATA
def test_a_country_named_with_an_and_of_its_language_is_not_cut_there():
    found = resolve(["Republika e Shqiperise", "Trinidad and Tobago"], bundled())
    assert found["kind"].eq("country").all()
    assert found["country_code"].tolist() == ["AL", "TT"]
