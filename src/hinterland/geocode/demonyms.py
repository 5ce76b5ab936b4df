"""Adjectives of countries, read as the country when nothing else stands beside them ("Brasileira")."""

# English, and the own languages of the largest (common usage); folded. One word of several countries is left out
DEMONYMS = """
AF afghan
AL albanian
AM armenian
AR argentine|argentinian|argentino
AT austrian
AU australian|aussie
AZ azerbaijani
BD bangladeshi
BE belgian
BG bulgarian
BO bolivian|boliviano|boliviana
BR brazilian|brasileiro|brasileira
BY belarusian
CA canadian
CH swiss
CL chilean|chileno|chilena
CM cameroonian
CN chinese
CO colombian|colombiano|colombiana
CR costa rican
CU cuban|cubano|cubana
CZ czech
DE german
DK danish
DZ algerian
EC ecuadorian|ecuatoriano
EE estonian
EG egyptian
ES spanish|espanol|espanola
ET ethiopian
FI finnish
FR french
GB british
GE georgian
GH ghanaian
GR greek
HR croatian
HU hungarian
ID indonesian
IE irish
IL israeli
IN indian
IQ iraqi
IR iranian
IS icelandic
IT italian|italiano|italiana
JM jamaican
JO jordanian
JP japanese
KE kenyan
KH cambodian
KR south korean|korean
KP north korean
KZ kazakh
LB lebanese
LK sri lankan
LT lithuanian
LV latvian
LY libyan
MA moroccan
MK macedonian
MM burmese
MX mexican|mexicano|mexicana
MY malaysian
NG nigerian
NL dutch
NO norwegian
NP nepali|nepalese
NZ new zealander|kiwi
PE peruvian|peruano|peruana
PH filipino|filipina|pinoy|pinay
PK pakistani
PL polish
PS palestinian
PT portuguese
PY paraguayan
RO romanian
RS serbian
RU russian
RW rwandan
SA saudi arabian
SE swedish
SG singaporean
SI slovenian
SK slovak
SN senegalese
SO somali
SY syrian
TH thai
TN tunisian
TR turkish
TW taiwanese
TZ tanzanian
UA ukrainian
UG ugandan
US american
UY uruguayan|uruguayo|uruguaya
UZ uzbek
VE venezuelan|venezolano|venezolana
VN vietnamese
YE yemeni
ZA south african
ZM zambian
ZW zimbabwean
"""
