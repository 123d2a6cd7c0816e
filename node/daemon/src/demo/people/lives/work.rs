//! Lives far from work: resource courses, long sickness, no job and no strength for one.

use super::{
    ACTIVITY, CONTACT_PERSON, GUIDANCE, INTERNSHIP, Life, MENTOR, RESOURCE_COURSE, SUPPORT_AT_HOME, action,
    barrier, gathered, goal, goal_from, resource, wish,
};

/// The action that puts right and duty offers on hold, wherever § 33 is adopted.
const NO_OFFERS_ON_A_DATE: super::Action =
    action("employment", "Ret- og pligttilbud er sat i bero, så længe behandlingen står på")
        .leaning_on("frikommune-33");

/// Talks when they help, wherever § 31 is adopted.
const TALKS_WHEN_THEY_HELP: super::Action =
    action("employment", "Opfølgningssamtaler aftales fra gang til gang, også som gåtur eller i hjemmet")
        .leaning_on("frikommune-31");

/// Those whose three plans became one: Min Plan, the follow-up plan of sick pay, the action part of the rehabilitation
/// plan.
pub(in super::super) const SICK_LISTED: Life = Life {
    sources: &[
        gathered("employment", "min-plan", "Min Plan, jobcentret"),
        gathered("employment", "sick-pay-follow-up", "Opfølgningsplan, sygedagpengeteamet"),
        gathered("health", "rehabilitation", "Rehabiliteringsplanens indsatsdel, rehabiliteringsteamet"),
    ],
    wishes: &[
        wish("employment", "Jeg vil gerne arbejde igen, men ikke før ryggen kan holde til det"),
        wish("children", "Jeg vil have ro til at være mor for min datter, som er blevet teenager"),
        wish("social", "Jeg vil kun fortælle min historie én gang"),
    ],
    situation: &[
        barrier(
            "health",
            "physical-health",
            "Diskusprolaps og kroniske smerter; kan sidde en halv time ad gangen",
        ),
        barrier("employment", "work", "Sygemeldt fra job i dagligvarebutik, stillingen er opsagt"),
        barrier("children", "family", "Mange konflikter med datteren på 14 om skolefravær"),
        barrier("employment", "economy", "Usikker på, hvad hun har at leve af, når sygedagpengene ophører"),
        resource("employment", "work", "Tyve års erfaring med kunder og varebestilling"),
        resource("social", "relations", "Har en søster i nærheden, som hjælper"),
    ],
    purpose: ("employment", "At afklare arbejdsevnen i et tempo, som ryg og familie kan holde til"),
    goals: &[
        goal_from(
            0,
            "employment",
            "At arbejde femten timer om ugen i en butik, der kender hendes ryg",
            &["At finde to butikker, hun kan tænke sig", "At kunne stå og gå i tre timer"],
            &[
                action("employment", "Virksomhedspraktik i en lille butik, fire timer om ugen")
                    .under(INTERNSHIP)
                    .when(
                        "Når fysioterapeuten siger god for tre timers stående arbejde, og butikken er fundet",
                    )
                    .with("Jobcentret, virksomhedskonsulent")
                    .from(0),
                NO_OFFERS_ON_A_DATE.from(0),
            ],
        ),
        goal_from(
            1,
            "employment",
            "At sygeforløbet er afklaret uden huller i forsørgelsen",
            &["At kende sin økonomi tre måneder frem"],
            &[
                TALKS_WHEN_THEY_HELP.from(1),
                action("employment", "Økonomisk oversigt sammen med ydelseskontoret")
                    .with("Ydelseskontoret")
                    .from(1),
            ],
        ),
        goal_from(
            2,
            "health",
            "At smerterne ikke styrer dagen",
            &["At gå tre kilometer tre gange om ugen"],
            &[
                action("health", "Ressourceforløb med tværfagligt smerteforløb")
                    .under(RESOURCE_COURSE)
                    .with("Sundhedscentret")
                    .from(2),
                action("health", "Genoptræning på hold, to gange om ugen")
                    .with("Sundhedscentret, fysioterapeut")
                    .from(2),
            ],
        ),
    ],
};

/// The others.
pub(in super::super) const WORKERS: &[Life] = &[
    Life {
        sources: &[
            gathered("employment", "min-plan", "Min Plan, jobcentret"),
            gathered("social", "section-141", "Handleplan efter § 141, voksenteamet"),
        ],
        wishes: &[
            wish("employment", "Jeg vil have et arbejde, hvor der ikke er larm"),
            wish("social", "Jeg vil have én at ringe til i stedet for fem"),
            wish("health", "Jeg vil sove om natten"),
        ],
        situation: &[
            barrier(
                "health",
                "mental-health",
                "Angst og tilbagevendende depressioner; udeblev fra tre jobsamtaler",
            ),
            barrier("employment", "work", "Ti år uden for arbejdsmarkedet"),
            barrier("social", "everyday-life", "Døgnrytmen er vendt om"),
            barrier("social", "mobility", "Kan ikke tage tog, når der er mange mennesker"),
            resource("employment", "learning", "Er selvlært i at reparere computere"),
            resource("social", "relations", "Har en god ven, som kommer hver søndag"),
        ],
        purpose: ("employment", "At bygge en hverdag op, der kan bære et arbejde"),
        goals: &[
            goal(
                "employment",
                "At være i praktik to formiddage om ugen",
                &["At komme ud ad døren hver dag inden klokken ti"],
                &[
                    action("employment", "Virksomhedspraktik på et stille værksted")
                        .under(INTERNSHIP)
                        .when("Når borgeren er klar til det, og det rette match er fundet")
                        .with("Jobcentret, virksomhedskonsulent")
                        .from(0),
                    NO_OFFERS_ON_A_DATE.from(0),
                    TALKS_WHEN_THEY_HELP,
                ],
            ),
            goal(
                "health",
                "At sove om natten",
                &[],
                &[
                    action("health", "Samtaler hos egen læge om søvn og medicin").with("Egen læge"),
                    action("social", "Bostøtte om døgnrytme, tre timer om ugen")
                        .under(SUPPORT_AT_HOME)
                        .with("Bostøtten")
                        .from(1),
                ],
            ),
            goal(
                "social",
                "At kunne tage toget til Hillerød alene",
                &["At tage bussen sammen med kontaktpersonen"],
                &[action("social", "Støtte- og kontaktperson").under(CONTACT_PERSON).with("Gadeplan")],
            ),
        ],
    },
    Life {
        sources: &[
            gathered("employment", "min-plan", "Min Plan, jobcentret"),
            gathered("employment", "mentor", "Mentorplan, jobcentret"),
        ],
        wishes: &[
            wish("employment", "Jeg vil have et skånejob blandt planter"),
            wish("integration", "Jeg vil kunne tale med lægen uden tolk"),
        ],
        situation: &[
            barrier("integration", "language", "Forstår dansk i hverdagen, men ikke breve fra kommunen"),
            barrier("health", "physical-health", "Sukkersyge og nedslidte knæ"),
            barrier("health", "mental-health", "Posttraumatisk stress efter krig og flugt"),
            barrier("employment", "economy", "Gæld fra et lukket pizzeria"),
            resource("employment", "work", "Har drevet landbrug og egen forretning"),
            resource("children", "family", "Stor familie, som hjælper hinanden"),
        ],
        purpose: ("employment", "At finde et arbejde, som krop og sind kan holde til"),
        goals: &[
            goal_from(
                0,
                "employment",
                "At arbejde ti timer om ugen i et gartneri",
                &["At prøve tre opgaver i gartneriet"],
                &[
                    action("employment", "Virksomhedspraktik i et gartneri")
                        .under(INTERNSHIP)
                        .when("Når medicinen er reguleret, og gartneriet har plads")
                        .with("Jobcentret, virksomhedskonsulent"),
                    action("employment", "Jobsamtaler holdes i gartneriet sammen med mentoren")
                        .leaning_on("frikommune-32"),
                    action("employment", "Mentor to timer om ugen; mentorplanen står i denne plan")
                        .under(MENTOR)
                        .leaning_on("frikommune-34")
                        .with("Jobcentret, mentor")
                        .from(1),
                ],
            ),
            goal(
                "integration",
                "At læse et brev fra kommunen selv",
                &[],
                &[action("integration", "Danskundervisning to aftener om ugen").with("Sprogskolen")],
            ),
            goal(
                "health",
                "At have styr på sukkersygen",
                &[],
                &[action("health", "Forløb for borgere med type 2-diabetes").with("Sundhedscentret")],
            ),
        ],
    },
    Life {
        sources: &[
            gathered("employment", "min-plan", "Min Plan, jobcentret"),
            gathered("health", "rehabilitation", "Rehabiliteringsplanens indsatsdel, rehabiliteringsteamet"),
        ],
        wishes: &[
            wish("health", "Jeg vil kunne huske, hvad jeg har aftalt"),
            wish("employment", "Jeg vil bruge mine hænder igen"),
            wish("social", "Jeg vil ikke ligge min familie til last"),
        ],
        situation: &[
            barrier("health", "physical-health", "Hjerneskade efter en blodprop for to år siden"),
            barrier(
                "health",
                "mental-health",
                "Bliver hurtigt træt og vred, når der sker flere ting på én gang",
            ),
            barrier("employment", "work", "Kan ikke vende tilbage til arbejdet i tømrerfaget"),
            barrier("social", "mobility", "Har ikke længere kørekort"),
            resource("children", "family", "Ægtefællen deltager i alle møder"),
            resource("employment", "work", "Er en dygtig håndværker og lærer gerne fra sig"),
        ],
        purpose: ("health", "At finde en hverdag efter hjerneskaden"),
        goals: &[
            goal(
                "health",
                "At kunne planlægge sin egen uge",
                &["At bruge kalenderen i telefonen hver morgen"],
                &[
                    action("health", "Hjerneskaderådgivning hver anden uge")
                        .with("Hjerneskadeteamet")
                        .from(1),
                    action("social", "Bostøtte to timer om ugen").under(SUPPORT_AT_HOME).with("Bostøtten"),
                ],
            ),
            goal(
                "employment",
                "At vide, hvor mange timer kræfterne rækker til",
                &[],
                &[
                    action("employment", "Ressourceforløb med værkstedspraktik")
                        .under(RESOURCE_COURSE)
                        .when("Når neuropsykologens undersøgelse er færdig, og der er fundet et værksted")
                        .with("Jobcentret"),
                    action(
                        "employment",
                        "Den koordinerende sagsbehandler træffer også afgørelser om beskæftigelse",
                    )
                    .leaning_on("frikommune-28"),
                ],
            ),
            goal(
                "social",
                "At have et sted at komme om tirsdagen",
                &[],
                &[action("social", "Aktivitets- og samværstilbud på træværkstedet")
                    .under(ACTIVITY)
                    .with("Værkstedet")],
            ),
        ],
    },
    Life {
        sources: &[gathered("employment", "min-plan", "Min Plan, jobcentret")],
        wishes: &[
            wish("education", "Jeg vil gerne i gang med en uddannelse, jeg kan gøre færdig"),
            wish("employment", "Jeg vil væk fra kontanthjælpen"),
        ],
        situation: &[
            barrier("education", "learning", "Ordblind; har afbrudt tre uddannelser"),
            barrier("employment", "economy", "Betalingsstandsning og rykkere"),
            barrier("social", "home", "Bor til leje på et værelse med opsigelse på en måned"),
            resource("education", "learning", "God til regning og praktiske opgaver"),
            resource("employment", "work", "Møder til tiden, når opgaven giver mening"),
        ],
        purpose: ("employment", "At komme fra kontanthjælp til uddannelse"),
        goals: &[
            goal_from(
                0,
                "education",
                "At begynde på en erhvervsuddannelse",
                &["At bestå dansk på niveau D", "At besøge to skoler"],
                &[
                    action("employment", "Vejledning og opkvalificering, ordblindeundervisning")
                        .under(GUIDANCE)
                        .with("Voksenuddannelsescentret"),
                    action("employment", "Kontaktforløbet tilrettelægges sammen med borgeren")
                        .leaning_on("frikommune-29"),
                ],
            ),
            goal(
                "housing",
                "At have sin egen lejlighed",
                &[],
                &[action("housing", "Opskrivning i boligforeningen og hjælp til budget")
                    .with("Boligrådgivningen")],
            ),
        ],
    },
];
