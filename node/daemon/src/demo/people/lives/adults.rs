//! Lives of adults whose greatest trouble is not work: home, health, what they drink or take, being a parent.

use super::{
    ACTIVITY, ALCOHOL, CHILD_SUPPORT, CONTACT_PERSON, DRUGS, INTERNSHIP, Life, MENTOR, SUPPORT_AT_HOME,
    action, barrier, gathered, goal, resource, wish,
};

/// Those who live alone, or whose family has no plans here.
pub(in super::super) const ADULTS: &[Life] = &[
    Life {
        sources: &[
            gathered("social", "section-141", "Handleplan efter § 141, voksenteamet"),
            gathered("employment", "min-plan", "Min Plan, jobcentret"),
        ],
        wishes: &[
            wish("housing", "Jeg vil blive boende, hvor jeg bor"),
            wish("social", "Jeg vil have noget at stå op til"),
            wish("health", "Jeg vil drikke mindre, men i mit eget tempo"),
        ],
        situation: &[
            barrier("housing", "home", "To måneders huslejerestance; fogeden har varslet udsættelse"),
            barrier("health", "substance-use", "Dagligt forbrug af alkohol gennem otte år"),
            barrier("social", "relations", "Har mistet forbindelsen til sine voksne børn"),
            barrier("social", "everyday-life", "Åbner ikke sin post"),
            resource("social", "everyday-life", "Laver god mad og deler den med naboen"),
            resource("employment", "work", "Har kørt lastbil i femten år"),
        ],
        purpose: ("social", "At bevare boligen og komme ud af drikkeriet"),
        goals: &[
            goal(
                "housing",
                "At holde fast i egen bolig",
                &["At restancen er afdraget inden sommer"],
                &[
                    action("housing", "Aftale om afdrag med boligforeningen").with("Boligrådgivningen"),
                    action("social", "Bostøtte tre timer om ugen, åbner posten sammen")
                        .under(SUPPORT_AT_HOME)
                        .with("Bostøtten")
                        .from(0),
                ],
            ),
            goal(
                "health",
                "At være ædru på hverdage",
                &["At møde op til den første samtale"],
                &[
                    action("health", "Ambulant alkoholbehandling")
                        .under(ALCOHOL)
                        .when("Når borgeren selv har ringet og fået en tid")
                        .with("Rusmiddelcentret"),
                    action("employment", "Ret- og pligttilbud er sat i bero under behandlingen")
                        .leaning_on("frikommune-33")
                        .from(1),
                ],
            ),
            goal(
                "social",
                "At se sine børn igen",
                &[],
                &[action("social", "Samtaler om kontakt til familien").with("Familierådgivningen")],
            ),
        ],
    },
    Life {
        sources: &[
            gathered("social", "section-141", "Handleplan efter § 141, voksenteamet"),
            gathered("employment", "mentor", "Mentorplan, jobcentret"),
        ],
        wishes: &[
            wish("health", "Jeg vil være stoffri, før jeg fylder fyrre"),
            wish("social", "Jeg vil have venner, der ikke tager noget"),
            wish("employment", "Jeg vil prøve at arbejde i et køkken"),
        ],
        situation: &[
            barrier("health", "substance-use", "Dagligt forbrug af hash, kokain i weekenderne"),
            barrier("health", "mental-health", "ADHD, opdaget sent; medicin er ikke prøvet"),
            barrier("social", "economy", "Gæld til venner, som kommer og kræver den"),
            barrier("social", "relations", "Har næsten kun venner i miljøet"),
            resource("health", "physical-health", "Svømmer to gange om ugen"),
            resource("employment", "work", "Har været glad for at arbejde i kantine"),
        ],
        purpose: ("social", "At komme ud af miljøet og stå på egne ben"),
        goals: &[
            goal(
                "health",
                "At være fri af stoffer",
                &["At aflevere tre rene prøver i træk"],
                &[
                    action("social", "Behandling for stofmisbrug, ambulant")
                        .under(DRUGS)
                        .with("Rusmiddelcentret")
                        .from(0),
                    action("health", "Udredning og medicin for ADHD").with("Distriktspsykiatrien"),
                ],
            ),
            goal(
                "employment",
                "At arbejde tre dage om ugen i et køkken",
                &[],
                &[
                    action("employment", "Virksomhedspraktik i en kantine")
                        .under(INTERNSHIP)
                        .when("Når prøverne har været rene i en måned")
                        .with("Jobcentret, virksomhedskonsulent"),
                    action("employment", "Mentor, som også hjælper derhjemme")
                        .under(MENTOR)
                        .with("Jobcentret, mentor")
                        .from(1),
                ],
            ),
            goal(
                "social",
                "At få et nyt netværk",
                &[],
                &[action("social", "Støtte- og kontaktperson, følger med til svømning")
                    .under(CONTACT_PERSON)
                    .with("Gadeplan")],
            ),
        ],
    },
    Life {
        sources: &[gathered("social", "section-141", "Handleplan efter § 141, voksenteamet")],
        wishes: &[
            wish("social", "Jeg vil gerne ud blandt andre, men ikke for mange ad gangen"),
            wish("health", "Jeg vil have den samme læge hver gang"),
        ],
        situation: &[
            barrier("health", "mental-health", "Skizofreni; har været indlagt to gange på et år"),
            barrier("social", "everyday-life", "Glemmer at spise, når stemmerne er værst"),
            barrier("social", "mobility", "Går kun ud efter mørkets frembrud"),
            resource("social", "relations", "Moren kommer hver lørdag"),
            resource("social", "everyday-life", "Maler, og har haft en udstilling på biblioteket"),
        ],
        purpose: ("social", "At leve et trygt liv i egen lejlighed"),
        goals: &[
            goal(
                "social",
                "At komme på værestedet en gang om ugen",
                &["At blive hentet de første fire gange"],
                &[action("social", "Aktivitets- og samværstilbud, malerværksted om torsdagen")
                    .under(ACTIVITY)
                    .with("Værestedet")],
            ),
            goal(
                "health",
                "At undgå indlæggelser",
                &[],
                &[
                    action("health", "Medicingivning og tilsyn, dagligt").with("Hjemmesygeplejen"),
                    action("social", "Bostøtte fem timer om ugen")
                        .under(SUPPORT_AT_HOME)
                        .with("Bostøtten")
                        .from(0),
                ],
            ),
        ],
    },
];

/// Those whose children have plans too.
pub(in super::super) const PARENTS: &[Life] = &[
    Life {
        sources: &[
            gathered("children", "children-section-140", "Handleplan efter § 140, familieafdelingen"),
            gathered("employment", "min-plan", "Min Plan, jobcentret"),
        ],
        wishes: &[
            wish("children", "Jeg vil have, at der er ro om morgenen hos os"),
            wish("employment", "Jeg vil have et arbejde, som passer med skolen"),
            wish("social", "Vi vil holde møder som familie og ikke hver for sig"),
        ],
        situation: &[
            barrier("children", "family", "Råb og konflikter om morgenen; børnene kommer for sent i skole"),
            barrier("employment", "work", "Ledig, dårlig ryg; har afvist to tilbud, der lå for langt væk"),
            barrier("employment", "economy", "Budgettet går ikke op den sidste uge i måneden"),
            barrier("health", "mental-health", "Sover dårligt og er ofte ked af det"),
            resource("children", "family", "Holder meget af hinanden og spiser sammen hver aften"),
            resource("social", "relations", "Mormoren bor i samme by"),
        ],
        purpose: ("children", "At familien får én plan og én indgang, så kræfterne bruges på børnene"),
        goals: &[
            goal(
                "children",
                "At børnene kommer roligt i skole hver dag",
                &["At aftale en morgenplan, som hele familien er med på"],
                &[
                    action("children", "Praktisk og pædagogisk støtte i hjemmet om morgenen")
                        .under(CHILD_SUPPORT)
                        .with("Familiehuset")
                        .from(0),
                    action("children", "Familiesamtaler hver anden uge").with("Familiehuset"),
                ],
            ),
            goal(
                "employment",
                "At finde et arbejde mellem ni og fjorten",
                &[],
                &[
                    action("employment", "Virksomhedspraktik i børnehøjde: på en skole eller et plejehjem")
                        .under(INTERNSHIP)
                        .when("Når morgenerne er faldet til ro, og arbejdspladsen er fundet")
                        .with("Jobcentret, virksomhedskonsulent")
                        .from(1),
                    action("employment", "Opfølgningssamtaler holdes sammen med familiesamtalerne")
                        .leaning_on("frikommune-31"),
                ],
            ),
            goal(
                "social",
                "At have penge hele måneden",
                &[],
                &[action("social", "Økonomisk rådgivning, fem gange").with("Gældsrådgivningen")],
            ),
        ],
    },
    Life {
        sources: &[
            gathered("children", "children-section-140", "Handleplan efter § 140, familieafdelingen"),
            gathered("health", "rehabilitation", "Rehabiliteringsplanens indsatsdel, rehabiliteringsteamet"),
        ],
        wishes: &[
            wish("health", "Jeg vil være en forælder, der kan noget igen"),
            wish("children", "Vores børn skal ikke passe på os"),
        ],
        situation: &[
            barrier("health", "mental-health", "Depression gennem flere år"),
            barrier("children", "family", "Det ældste barn tager ansvar for de mindre søskende"),
            barrier("housing", "home", "Skimmelsvamp i lejligheden; to værelser til fire"),
            resource("children", "family", "Beder selv om hjælp, når det er svært"),
            resource("employment", "work", "Har en uddannelse og en arbejdsgiver, der spørger til familien"),
        ],
        purpose: ("children", "At forældrene kommer til kræfter, og børnene kan være børn"),
        goals: &[
            goal(
                "health",
                "At komme ud af depressionen",
                &["At gå en tur hver dag"],
                &[
                    action("health", "Samtaleforløb hos psykolog").with("Psykologklinikken"),
                    action("employment", "Kontaktforløbet er tilpasset behandlingen")
                        .leaning_on("frikommune-29"),
                ],
            ),
            goal(
                "children",
                "At børnene har voksne at gå til",
                &[],
                &[action("children", "Aflastning hver anden weekend")
                    .under(CHILD_SUPPORT)
                    .with("Familieafdelingen")
                    .from(0)],
            ),
            goal(
                "housing",
                "At bo tørt og med et værelse til børnene",
                &[],
                &[action("housing", "Boligsocial anvisning").with("Boligrådgivningen")],
            ),
        ],
    },
];
