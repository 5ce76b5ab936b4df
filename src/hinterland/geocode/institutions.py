"""Universities whose names name another place, or none: the city each stands in."""

# universities as people write them, by country and city (their own addresses; folded)
INSTITUTIONS = """
US atlanta: georgia tech|georgia institute of technology|gatech|georgia state university|emory university
US athens: university of georgia
US blacksburg: virginia tech
US charlottesville: university of virginia
US richmond: virginia commonwealth university
US cambridge: massachusetts institute of technology|harvard|harvard university
US boston: boston university|northeastern university
US pasadena: caltech|california institute of technology
US stanford: stanford|stanford university
US berkeley: uc berkeley|university of california berkeley
US los angeles: ucla|usc|university of southern california
US la jolla: uc san diego
US irvine: uc irvine
US davis: uc davis
US santa barbara: ucsb|uc santa barbara
US santa cruz: uc santa cruz
US houghton: michigan technological university|michigan tech
US east lansing: michigan state university
US ann arbor: university of michigan|umich
US west lafayette: purdue|purdue university
US bloomington: indiana university
US champaign: uiuc|university of illinois
US evanston: northwestern university
US columbus: ohio state university|the ohio state university
US pittsburgh: carnegie mellon|carnegie mellon university|cmu
US state college: penn state|penn state university|pennsylvania state university
US philadelphia: upenn|university of pennsylvania
US princeton: princeton university
US ithaca: cornell|cornell university
US new haven: yale|yale university
US providence: brown university
US new york city: columbia university|new york university|nyu
US chapel hill: university of north carolina|unc chapel hill
US raleigh: north carolina state university|nc state|nc state university
US durham: duke university
US austin: university of texas|ut austin
US college station: texas am|texas am university|tamu
US lubbock: texas tech|texas tech university
US houston: rice university
US seattle: university of washington
US pullman: washington state university
US eugene: university of oregon
US corvallis: oregon state university
US boulder: university of colorado
US fort collins: colorado state university
US tempe: arizona state university|asu
US tucson: university of arizona
US salt lake city: university of utah
US madison: university of wisconsin
US minneapolis: university of minnesota
US iowa city: university of iowa
US ames: iowa state university
US lawrence: university of kansas
US columbia: university of missouri
US lincoln: university of nebraska
US norman: university of oklahoma
US gainesville: university of florida
US tallahassee: florida state university
US tuscaloosa: university of alabama
US auburn: auburn university
US knoxville: university of tennessee
US nashville: vanderbilt university
US lexington: university of kentucky
US baton rouge: louisiana state university|lsu
US college park: university of maryland
US baltimore: johns hopkins university
CA waterloo: university of waterloo|uwaterloo
CA montreal: mcgill|mcgill university
CA toronto: university of toronto|york university
CA vancouver: university of british columbia|ubc
GB london: imperial college london|imperial college|ucl|university college london|king s college london
GB coventry: university of warwick
CH zurich: eth zurich|eth zurich university|ethz
CH lausanne: epfl
DE munich: tu munich|tum|technical university of munich|lmu munich
DE aachen: rwth|rwth aachen
SE stockholm: kth
NL enschede: university of twente
NL delft: tu delft
FI espoo: aalto university
IT milan: politecnico di milano
ES madrid: complutense
IN mumbai: iit bombay
IN new delhi: iit delhi
IN chennai: iit madras
IN kanpur: iit kanpur
IN kharagpur: iit kharagpur
IN pilani: bits pilani
CN beijing: tsinghua|tsinghua university|清华大学|清華大學|peking university
CN hangzhou: zhejiang university
JP tokyo: waseda university|keio university
KR daejeon: kaist
KR seoul: yonsei university|korea university
SG singapore: nus|ntu singapore|nanyang technological university
AU sydney: unsw
AU melbourne: monash university
NG ile ife: obafemi awolowo university
KE nairobi: kenyatta university|university of nairobi|university of nairobi kenya
KE juja: jkuat
UG kampala: makerere university
GH kumasi: knust
ID yogyakarta: universitas gadjah mada
FR paris: sorbonne|sorbonne universite|la sorbonne
BE leuven: ku leuven
BE louvain la neuve: uclouvain
DE karlsruhe: karlsruhe institute of technology
CL santiago: universidad de chile
CO bogota: universidad nacional de colombia|universidad de los andes
MX mexico city: unam|universidad nacional autonoma de mexico
AR buenos aires: universidad de buenos aires
BR sao paulo: universidade de sao paulo
ZA cape town: university of cape town
TR ankara: odtu|bilkent university|middle east technical university
"""

# the same by three letters, read only in capitals
INSTITUTION_CODES = """
US MIT:cambridge|NYU:new york city|CMU:pittsburgh
GB LSE UCL:london
DE TUM LMU:munich|KIT:karlsruhe
SE KTH:stockholm
AU ANU:canberra
ZA UCT:cape town
ID UGM:yogyakarta|ITB:bandung
SG NUS:singapore
"""
