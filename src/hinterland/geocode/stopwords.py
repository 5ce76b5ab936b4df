"""Words that are no place: what surrounds places in a profile, and jokes in their stead."""

# a name of a real hamlet that is a plain word far more often; folded. Judged by reading profile locations
NO_PLACE = frozenset(
    """
    remote home house internet web online www everywhere nowhere anywhere somewhere elsewhere worldwide world global
    globe earth moon mars venus jupiter saturn pluto universe galaxy space cyberspace metaverse planet here there
    hell heaven paradise underground matrix void null none undefined unknown secret hidden private nan na n a tba
    localhost home127 cloud root dev null github gitlab google facebook twitter instagram tiktok youtube linux
    windows android code coding coder developer development software engineer engineering programmer student
    university college institute school academy campus department faculty lab labs office company inc ltd llc
    technologies technology tech systems solutions studio studios shop market mall street road avenue building
    sector plot phase suite block floor room apartment bed desk computer laptop keyboard screen basement garage kitchen
    office work
    working job hire hiring open available freelance freelancer contact email mail phone telegram discord
    she her hers he him his they them theirs it its we us our you your i me my mine the a an of to for with by as
    is am are was be been being do does did done have has had can will would should could may might must not no
    yes ok okay love hate like live lives living life born from based located currently now always never ever
    sometimes often still just only more most less much many all any some every each other another same such own
    very too so than then when where why how what who which this that these those up down in out on off over
    under between around about across through during before after above below near next nearby close far away
    good nice great best better bad worst worse new old big small little long short high low hot cold happy sad
    cool fun funny free safe server spawn area zone place places location somewhere region game games gaming
    player play friends friend family dog cat man woman boy girl people person human alien god
    heart soul mind body dream dreams hope faith peace war light dark night day days morning evening time times
    year years month week today tomorrow yesterday utc gmt est pst cet solar system solarsystem milky way
    milkyway world planet earth asia africa europe america americas eu european union oceania antarctica
    north south east west northeast northwest southeast southwest
    northern southern eastern western central center centre middle upper lower
    latin latam emea apac mena gcc balkans scandinavia nordic nordics caribbean sahara pacific atlantic ocean sea
    island islands beach mountain mountains river lake forest jungle desert sky sun star stars cloud clouds
    sweet hello hi hey welcome thanks thank please sorry see you bye
    const var let import export return function class print echo true false php html css java python rust
    mordor narnia hogwarts gotham wakanda atlantis neverland wonderland azeroth tatooine hyrule westeros konoha
    factory town city village district province state county country capital suburb suburbs downtown
    hometown road street way line side point station bus airport port harbour harbor
    nomad digital traveling travelling travel traveler relocation collaboration visa student ex
    et es en el la le les los las de del der die das den du da do dos des di un una und y e o ou og och i na
    via btw lol xd etc fully limbo purgatory dreamland
    casa hogar mundo luna tierra lado lados parte partes todas ninguna ella ellos ellas el elle remoto trabajo
    lugar nenhum planeta cidadao terra todo minha meu ela ele trabalho
    maison monde terre lune part partout quelque nulle chez moi elle teletravail
    hause zuhause welt erde mond uberall nirgendwo irgendwo sie er
    дома дом везде нигде где то мир земля планета луна интернет удаленно она он
    ev evde dunya yer her hicbir uzaktan
    rumah dunia bumi maya mana hatimu di
    thuis overal nergens wereld aarde domu swiat wszedzie ziemia mondo
    家 在家 地球 世界 互联网 网上 宇宙 火星 月球 自宅 どこか インターネット 집 지구 인터넷 우주 세계 어딘가
    البيت العالم الارض الانترنت القمر كوكب घर दुनिया पृथ्वी इंटरनेट
    """.split()
)
# codes of countries that are words too, but in capitals hardly ever
CODES_READ_ALONE = frozenset({"us"})
# they stand beside a place and add nothing: a segment of a place and such words is a place
FILLERS = frozenset(
    """
    the in at of from based located living live lives currently now near remote remotely area region city town
    metro metropolitan greater province state district county governorate prefecture department oblast krai kota
    kabupaten provincia departamento estado municipality township republic kingdom country city sometimes often
    born hello working work open to relocation mostly originally proudly somewhere around outside hybrid
    de la el le du des al linn linna town village island islands regency division parish emirate canton voivodeship
    selatan utara barat timur pusat sul leste oeste zona nord sud upstate hq
    worldwide earth planet europe asia africa world eu online home co
    """.split()
)
# the name beside one of these is a region (a state of that name, not its capital), or a city
REGION_WORDS = frozenset(
    """
    state province region governorate prefecture department oblast krai provincia departamento estado county
    voivodeship canton emirate division regency kabupaten parish division district vilayet wilaya maakond
    """.split()
)
CITY_WORDS = frozenset("city town municipality downtown kota ciudad ville stadt metro metropolitan area".split())
# what follows is where someone is not, or was
NEGATIONS = r"(?:not|never|isn'?t|outside)\b"
PAST = r"(?:ex|prev|previously|formerly|ex-?)\b[\s.\-:]*"
# a name beside one of these is the name of a street
STREETS_AFTER = frozenset("street st road rd avenue ave boulevard blvd lane ln str strasse drive highway".split())
STREETS_BEFORE = frozenset("rue calle avenida avda av jalan jl via rua ulitsa carrer corso piazza plaza".split())
# they may stand between the two
STREET_PARTICLES = frozenset("de la le del des du da do dos das las los san santa".split())
