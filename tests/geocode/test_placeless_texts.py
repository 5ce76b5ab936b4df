"""Two hundred profile texts in ten languages that name no place: the resolver must not find one."""

import pandas as pd

from bundled import NEEDS_DATA, bundled
from hinterland.geocode import resolve, resolve_columns

# written from the habits of profiles; joined by "|"
NO_PLACES = r"""
Remote|remote only|fully remote|100% remote|work from home|WFH|Home|at home|my house|in my room|under my desk
behind you|right behind you|your screen
The internet|Internet|the web|www|cyberspace|online|on the internet|somewhere on the internet|The Cloud
in the cloud|AWS us-east-1|localhost|127.0.0.1
::1|/dev/null|/home/user|~/|C:\Windows\System32|root@localhost|sudo rm -rf|git push --force|void *|undefined|null
NaN|404 not found|418 I'm a teapot
Earth|Planet Earth|earth, milky way|Third rock from the sun|The Moon|Mars|the universe|Universe|Milky Way
Solar System|outer space|Everywhere|everywhere and nowhere
Nowhere|Somewhere|anywhere|here|Here and there|over there|worldwide|World|Global|Citizen of the world|digital nomad
nomad|always travelling|traveling|on the road
Hogwarts|Mordor|Middle-earth|Narnia|Gotham City|Wakanda|Neverland|Wonderland|Westeros|Tatooine|The Shire|Azeroth
Hyrule|Konoha|the Matrix|The Upside Down|Platform 9 3/4
she/her|he/him|they/them|she/they|he/him/his|18+|21 y/o|DM for collab|collabs: name@example.com|link in bio
link in bio below|business inquiries below|open to work|not hiring
contact@example.org|https://example.com|t.me/example|@someone|follow me|follow for more|new video every friday
just a dreamer|dream big|living the dream|living my best life
in my head|in your heart|in your dreams|heaven|hell|Paradise|purgatory|Limbo|purple unicorn land|N/A|none|-|...|?
???|unknown|classified|secret|private|hidden|tbd|tba
42|3.14159|2024|UTC+3|GMT|UTC|EST timezone|CET|🌍|🌎✨|💻|🏠|❤️|✈️|🌙⭐|👻|(╯°□°)╯
casa|en mi casa|mi casa|en todas partes|en ninguna parte|por ahí|el mundo|ciudadano del mundo|en la luna
en internet|trabajo remoto|ella|contacto por privado
em casa|na internet|no mundo da lua|em todo lugar|lugar nenhum|planeta terra|trabalho remoto|cidadão do mundo
à la maison|chez moi|sur internet|partout|nulle part|sur la lune|télétravail|citoyenne du monde|quelque part
zu Hause|Zuhause|im Internet|überall|nirgendwo|irgendwo|auf dem Mond|Homeoffice|Weltbürger|hinter dir
в интернете|дома|везде|нигде|где-то|планета Земля|на луне|удалённо
家|在家|地球|互联网|火星|到处|不告诉你|网上
地球のどこか|インターネット|自宅|家の中|どこか|リモート
집|지구|인터넷|우주|어딘가|재택근무
في البيت|الانترنت|كوكب الأرض|في كل مكان|العالم|القمر
घर|पृथ्वी|इंटरनेट|कहीं नहीं|दुनिया
evde|her yerde|hiçbir yer|dünya|internette|uzaktan
di rumah|di mana-mana|di hatimu|bumi|dunia maya
thuis|overal|op het internet|nergens|dom|w domu|wszędzie|internet mój dom
"""


@NEEDS_DATA
def test_texts_without_a_place_give_none():
    texts = [text for line in NO_PLACES.strip().splitlines() for text in line.split("|")]
    found = resolve(texts, bundled())
    assert len(texts) >= 200
    assert (found["kind"] == "none").mean() >= 0.97, found.assign(text=texts)[found["kind"] != "none"]


LOST = {
    "S?o Paulo": "São Paulo",
    "S??o Paulo, Brazil": "São Paulo",
    "S\ufffdo Paulo - SP": "São Paulo",
    "M?laga": "Málaga",
    "M\ufffdlaga, Spain": "Málaga",
    "Z?rich": "Zürich",
    "Malm?": "Malmö",
    "Reykjav?k": "Reykjavík",
    "Lyon?": "Lyon",
    "Where? Paris": "Paris",
}


@NEEDS_DATA
def test_letters_an_encoding_lost_are_found_again():
    found = resolve([*LOST], bundled())
    assert dict(zip(LOST, found["place"], strict=True)) == LOST
    columns = resolve_columns(pd.DataFrame({"city": ["D?sseldorf", "K?ln"], "country": "Germany"}), bundled())
    assert columns["place"].tolist() == ["Düsseldorf", "Köln"]


@NEEDS_DATA
def test_half_a_damaged_name_is_not_read_as_another_place():
    # the halves "rich" and "Cura" are names of other places
    found = resolve(["Xq?rich", "Cura\ufffdao", "Cura?ao", "?qx?"], bundled())
    assert found["kind"].tolist() == ["none"] * 4
