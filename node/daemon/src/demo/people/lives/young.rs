//! Lives of young people from 15 to 30, between school, education and work.

use super::{
    CHILD_SUPPORT, CONTACT_PERSON, GUIDANCE, INTERNSHIP, Life, MENTOR, SUPPORT_AT_HOME, action, barrier,
    gathered, goal, resource, wish, wish_of_parents,
};

/// A young person under age, whose ungeplan became part of the one plan.
pub(in super::super) const SEVENTEEN: Life = Life {
    sources: &[
        gathered("children", "youth-plan", "Ungeplan, familieafdelingen"),
        gathered("education", "mentor", "Mentorplan, den kommunale ungeindsats"),
    ],
    wishes: &[
        wish("education", "Jeg vil gå færdig på produktionsskolen og så i lære som mekaniker"),
        wish("housing", "Jeg vil bo for mig selv, når jeg fylder atten"),
        wish_of_parents("children", "Vi vil vide, hvem vi skal ringe til efter det fyldte attende år"),
    ],
    situation: &[
        barrier("education", "learning", "Gik ud af skolen i ottende klasse"),
        barrier("health", "substance-use", "Ryger hash med vennerne flere gange om ugen"),
        barrier("children", "family", "Taler ikke med sin far"),
        resource("education", "work", "Skruer på knallerter og er god til det"),
        resource("children", "relations", "Har en storesøster, som tror på det her"),
    ],
    purpose: ("education", "At overgangen til voksenlivet ikke bliver et hul"),
    goals: &[
        goal(
            "education",
            "At komme i lære som mekaniker",
            &["At møde fire dage om ugen", "At bestå dansk og matematik"],
            &[
                action("education", "Forløb på den forberedende grunduddannelse")
                    .with("Den kommunale ungeindsats")
                    .from(1),
                action("education", "Praktik på et værksted")
                    .when("Når fremmødet har været stabilt i en måned, og mesteren har sagt ja")
                    .with("Den kommunale ungeindsats"),
            ],
        ),
        goal(
            "children",
            "At have en voksen ved sin side ind i voksenlivet",
            &[],
            &[action("children", "Fast kontaktperson, også efter det fyldte attende år")
                .under(CHILD_SUPPORT)
                .with("Ungehuset")
                .from(0)],
        ),
        goal(
            "housing",
            "At vide, hvor hjemmet er om et år",
            &[],
            &[action("housing", "Opskrivning til ungdomsbolig").with("Boligrådgivningen")],
        ),
    ],
};

/// The others.
pub(in super::super) const YOUNG: &[Life] = &[
    Life {
        sources: &[
            gathered("employment", "min-plan", "Uddannelsespålæg, jobcentrets ungeteam"),
            gathered("social", "section-141", "Handleplan efter § 141, voksenteamet"),
        ],
        wishes: &[
            wish("education", "Jeg vil gerne være færdig med noget for en gangs skyld"),
            wish("housing", "Jeg vil flytte hjemmefra"),
            wish("social", "Jeg vil have, at I taler sammen, så jeg ikke skal"),
        ],
        situation: &[
            barrier("health", "mental-health", "Social angst; taler ikke i telefon"),
            barrier("education", "learning", "Har afbrudt to ungdomsuddannelser"),
            barrier("social", "everyday-life", "Er oppe om natten og spiller"),
            barrier("employment", "economy", "Har købt på afbetaling og fået rykkere"),
            resource("education", "learning", "Taler flydende engelsk og koder små spil"),
            resource("children", "family", "Moren støtter op"),
        ],
        purpose: ("education", "At komme i gang med en uddannelse, der holder"),
        goals: &[
            goal(
                "education",
                "At begynde på HF",
                &["At besøge skolen sammen med mentoren", "At være oppe klokken otte på hverdage"],
                &[
                    action("employment", "Mentor to timer om ugen")
                        .under(MENTOR)
                        .with("Jobcentrets ungeteam, mentor"),
                    action("employment", "Vejledning om uddannelse")
                        .under(GUIDANCE)
                        .with("Jobcentrets ungeteam")
                        .from(0),
                    action("employment", "Ret- og pligttilbud er sat i bero, til angsten er behandlet")
                        .leaning_on("frikommune-33")
                        .from(0),
                ],
            ),
            goal(
                "housing",
                "At bo for sig selv",
                &[],
                &[action("social", "Bostøtte, når lejligheden er fundet")
                    .under(SUPPORT_AT_HOME)
                    .when("Når lejekontrakten er skrevet under")
                    .with("Bostøtten")
                    .from(1)],
            ),
            goal(
                "health",
                "At kunne ringe til lægen selv",
                &[],
                &[action("health", "Angstbehandling i gruppe").with("Ungeklinikken")],
            ),
        ],
    },
    Life {
        sources: &[gathered("employment", "min-plan", "Uddannelsespålæg, jobcentrets ungeteam")],
        wishes: &[
            wish("employment", "Jeg vil arbejde, ikke gå i skole"),
            wish("social", "Jeg vil væk fra de venner, jeg har"),
        ],
        situation: &[
            barrier("health", "substance-use", "Hash hver dag siden femtenårsalderen"),
            barrier("social", "relations", "Er kendt af politiet sammen med vennerne"),
            barrier("education", "learning", "Kan ikke sidde stille i et klasselokale"),
            resource("employment", "work", "Arbejder hårdt, når det er udendørs"),
            resource("social", "relations", "Har en bokseklub, som ikke kan undværes"),
        ],
        purpose: ("employment", "At finde et arbejde og et fællesskab, der holder"),
        goals: &[
            goal(
                "employment",
                "At få læreplads hos en anlægsgartner",
                &["At være i praktik i fire uger uden fravær"],
                &[
                    action("employment", "Virksomhedspraktik hos en anlægsgartner")
                        .under(INTERNSHIP)
                        .when("Når den unge er klar til at møde klokken syv, og mesteren har sagt ja")
                        .with("Jobcentrets ungeteam, virksomhedskonsulent"),
                    action("employment", "Jobsamtaler i bokseklubben").leaning_on("frikommune-32").from(0),
                ],
            ),
            goal(
                "social",
                "At være fri af hash",
                &[],
                &[
                    action("social", "Samtaler om rusmidler for unge").with("Rusmiddelcentret, ungeteamet"),
                    action("social", "Støtte- og kontaktperson").under(CONTACT_PERSON).with("Gadeplan"),
                ],
            ),
        ],
    },
];
