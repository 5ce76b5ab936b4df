"""Short and other names of cities, and codes of airports: what people write that the gazetteer does not list."""

# with the country, then the name the gazetteer knows (common usage); folded
CITY_ALIASES = """
US new york city: nyc|big apple|ny city|n y c|ny ny|tri state area
US minneapolis: twin cities|minneapolis saint paul|minneapolis st paul
US raleigh: research triangle|research triangle park|rtp|raleigh durham
US virginia beach: hampton roads
US riverside: inland empire
US los angeles: la|l a
US san francisco: sf|s f|san fran|frisco|bay area|sf bay area|san francisco bay area
US washington: dmv|dmv area|dc area|dc metro|dc metro area|dc|d c|washington dc|washington d c
US philadelphia: philly
US las vegas: vegas
US atlanta: atl
US new orleans: nola
US salt lake city: slc
US houston: htx
US dallas: dfw
US chicago: chi town|chicagoland
MX mexico city: cdmx|df mexico|mexico df|mexico d f|ciudad de mexico|d f mexico
MX guadalajara: gdl
MX monterrey: mty
IN bengaluru: blr|bangalore|bengaluru
IN mumbai: bombay
IN new delhi: ndls
IN hyderabad: hyd
CA toronto: yyz|the 6ix|gta|the gta
CA vancouver: yvr|metro vancouver|greater vancouver
CA montreal: mtl|yul
VN ho chi minh city: hcm|hcmc|hcm city|tp hcm|tphcm|saigon|ho chi minh|sai gon|tp ho chi minh
VN hanoi: tp ha noi|ha noi
BR rio de janeiro: rio
BR sao paulo: sampa
AR buenos aires: caba|bsas|bs as|bs aires|capital federal|c a b a
CL santiago: stgo|scl|santiago de chile
MN ulan bator: ub|ulaanbaatar city|ub city
MY kuala lumpur: kl|k l|klang valley|lembah klang
ID jakarta: jkt|dki jakarta|jabodetabek
ID yogyakarta: jogja|jogjakarta|diy
ID bandung: bdg
ID surabaya: sby
ET addis ababa: a a|addis|aa
ZA johannesburg: jhb|joburg|jozi
ZA cape town: cpt|capetown
ZA pretoria: pta
ZA durban: dbn
AE abu dhabi: auh|abudhabi
AE dubai: dxb
TZ dar es salaam: dsm|dar|daressalaam
KE nairobi: nbo
NG port harcourt: ph city|phc
NP kathmandu: ktm
RU saint petersburg: spb|piter
RU moscow: msk
CN beijing: bj|peking
CN shanghai: sha
CN guangzhou: gz
GB london: ldn|greater london|central london
GB birmingham: brum
AU melbourne: melb|naarm
AU sydney: syd
AU brisbane: bne|meanjin
CO bogota: bogota d c|bogota dc
EC guayaquil: gye
EC quito: uio
DE frankfurt am main: ffm|frankfurt
DE munich: muc|muenchen
DE cologne: koeln
NL the hague: den haag
NL rotterdam: r dam|rdam
NL amsterdam: ams|a dam
DK copenhagen: cph|kbh
SE stockholm: sthlm|sthml
SE gothenburg: gbg
NO oslo: osl
CH zurich: zrh
CH geneva: gva
PL warsaw: wwa
BG sofia: sof
RS belgrade: bgd|beograd
UA kyiv: kiev
GE tbilisi: tbs
KZ astana: nur sultan
IL tel aviv: tlv|tel aviv yafo
PS gaza: gaza city
PK karachi: khi
PK islamabad: isb
BD dhaka: dac|dacca
TH bangkok: bkk|krung thep
LK colombo: cmb
PH manila: mnl|metro manila
PH cebu city: cebu
KR seoul: sel|seoul city
TW taipei: tpe
JP tokyo: tyo|edo
VE caracas: ccs
CM yaounde: yde
CI abidjan: abj
SN dakar: dkr
CD kinshasa: kin
CD lubumbashi: lshi|lubum
DO santo domingo: sto dgo|sto domingo|sdq
PR san juan: sju
"""

# airport codes of large cities, read only in capitals (IATA; common usage)
AIRPORTS = """
US JFK EWR LGA:new york city|LAX:los angeles|SFO:san francisco|ORD:chicago|DFW:dallas|ATL:atlanta|SEA:seattle
US BOS:boston|DEN:denver|MIA:miami
US IAH:houston|PHX:phoenix|LAS:las vegas|IAD DCA:washington|PDX:portland|AUS:austin|SAN:san diego|SJC:san jose
US PHL:philadelphia|MSP:minneapolis
US DTW:detroit|SLC:salt lake city|RDU:raleigh|OAK:oakland|MCO:orlando|TPA:tampa|BNA:nashville|PIT:pittsburgh
US CLT:charlotte|STL:st louis
CA YYZ:toronto|YVR:vancouver|YUL:montreal|YOW:ottawa|YYC:calgary|YEG:edmonton|YHZ:halifax|YWG:winnipeg
MX MEX:mexico city|GDL:guadalajara|MTY:monterrey|CUN:cancun|TIJ:tijuana
GB LHR LGW LON:london|MAN:manchester|EDI:edinburgh|GLA:glasgow|BHX:birmingham
FR CDG ORY PAR:paris|NCE:nice|LYS:lyon|MRS:marseille|TLS:toulouse|BOD:bordeaux
DE BER TXL:berlin|MUC:munich|FRA:frankfurt am main|HAM:hamburg|DUS:dusseldorf|CGN:cologne|STR:stuttgart
ES MAD:madrid|BCN:barcelona|VLC:valencia|AGP:malaga|SVQ:sevilla
IT FCO:rome|MXP LIN:milan|VCE:venice|NAP:naples|TRN:turin|BLQ:bologna
NL AMS:amsterdam|RTM:rotterdam|EIN:eindhoven
BE BRU:brussels
CH ZRH:zurich|GVA:geneva|BSL:basel
AT VIE:vienna
PT LIS:lisbon|OPO:porto
IE DUB:dublin
DK CPH:copenhagen
SE ARN STO:stockholm|GOT:gothenburg
NO OSL:oslo|BGO:bergen
FI HEL:helsinki
IS KEF:reykjavik
PL WAW:warsaw|KRK:krakow|GDN:gdansk|WRO:wroclaw
CZ PRG:prague
HU BUD:budapest
RO OTP:bucharest|CLJ:cluj napoca
BG SOF:sofia
GR ATH:athens|SKG:thessaloniki
TR IST SAW:istanbul|ESB:ankara|ADB:izmir
RU SVO DME MOW:moscow|LED:saint petersburg
UA KBP:kyiv|LWO:lviv
RS BEG:belgrade
HR ZAG:zagreb
SI LJU:ljubljana
EE TLL:tallinn
LV RIX:riga
LT VNO:vilnius
IL TLV:tel aviv
AE DXB:dubai|AUH:abu dhabi
QA DOH:doha
KW KWI:kuwait city
BH BAH:manama
OM MCT:muscat
SA RUH:riyadh|JED:jeddah|DMM:dammam
JO AMM:amman
LB BEY:beirut
IQ BGW:baghdad|EBL:erbil
IR IKA THR:tehran
EG CAI:cairo|HBE:alexandria
MA CMN:casablanca|RAK:marrakesh
TN TUN:tunis
DZ ALG:algiers
NG LOS:lagos|ABV:abuja
GH ACC:accra
KE NBO:nairobi|MBA:mombasa
TZ DAR:dar es salaam
UG EBB:kampala
RW KGL:kigali
ET ADD:addis ababa
ZA JNB:johannesburg|CPT:cape town|DUR:durban
SN DKR DSS:dakar
CI ABJ:abidjan
IN DEL:new delhi|BOM:mumbai|BLR:bengaluru|MAA:chennai|HYD:hyderabad|CCU:kolkata|PNQ:pune|AMD:ahmedabad|COK:kochi
PK KHI:karachi|LHE:lahore|ISB:islamabad
BD DAC:dhaka
LK CMB:colombo
NP KTM:kathmandu
TH BKK DMK:bangkok|CNX:chiang mai|HKT:phuket
MY KUL:kuala lumpur|PEN:george town
ID CGK:jakarta|SUB:surabaya|DPS:denpasar
PH MNL:manila|CEB:cebu city
VN SGN:ho chi minh city|HAN:hanoi|DAD:da nang
KH PNH:phnom penh
LA VTE:vientiane
MM RGN:yangon
CN PEK PKX:beijing|PVG SHA:shanghai|CAN:guangzhou|SZX:shenzhen|CTU:chengdu|HGH:hangzhou
HK HKG:hong kong
TW TPE:taipei|KHH:kaohsiung
KR ICN GMP:seoul|PUS:busan
JP NRT HND TYO:tokyo|KIX OSA:osaka|FUK:fukuoka|CTS:sapporo|NGO:nagoya
AU SYD:sydney|MEL:melbourne|BNE:brisbane|PER:perth|ADL:adelaide|CBR:canberra
NZ AKL:auckland|WLG:wellington|CHC:christchurch
BR GRU CGH SAO:sao paulo|GIG:rio de janeiro|BSB:brasilia|CNF:belo horizonte|POA:porto alegre|CWB:curitiba|REC:recife
BR FOR:fortaleza|SSA:salvador
AR EZE AEP BUE:buenos aires|COR:cordoba
CL SCL:santiago
PE LIM:lima
CO BOG:bogota|MDE:medellin|CLO:cali
EC UIO:quito|GYE:guayaquil
VE CCS:caracas
UY MVD:montevideo
PY ASU:asuncion
BO VVI:santa cruz de la sierra|LPB:la paz
PA PTY:panama city
CR SJO:san jose
GT GUA:guatemala city
DO SDQ:santo domingo
CU HAV:havana
JM KIN:kingston
PR SJU:san juan
KZ ALA:almaty|NQZ:astana
UZ TAS:tashkent
GE TBS:tbilisi
AM EVN:yerevan
AZ GYD:baku
MN UBN:ulan bator
"""
