//! The provisions that disclosures, plans and interventions lean on.

use jiff::civil::{Date, date};

use super::{Ages, Provision, Use, Validity};

/// The ages that social law counts by: party at 10 in barnets lov, a say of one's own at 15, of age at 18.
const FROM_TEN: Ages = Ages { party: 10, consents: 15, of_age: 18 };
const FROM_FIFTEEN: Ages = Ages { party: 15, consents: 15, of_age: 18 };

/// The day barnets lov came into force.
const CHILDREN_ACT: Date = date(2024, 1, 1);

/// The day the act on an active employment effort of 2019 took the place of the one before it.
const EMPLOYMENT_ACT: Date = date(2020, 1, 1);

const fn since(from: Date) -> Validity {
    Validity { from, until: None }
}

/// A provision that interventions are granted under.
const fn grants(id: &'static str, citation: &'static str, validity: Validity) -> Provision {
    Provision { id, citation, uses: &[Use::Intervention], ages: FROM_FIFTEEN, validity }
}

const fn under_the_former_employment_act() -> Validity {
    Validity { from: date(2004, 1, 1), until: Some(date(2019, 12, 31)) }
}

/// Every provision, by id.
pub const PROVISIONS: &[Provision] = &[
    Provision {
        id: "retssikkerhedsloven-11",
        citation: "retssikkerhedsloven § 11",
        uses: &[Use::Consent],
        ages: FROM_FIFTEEN,
        validity: since(date(1998, 7, 1)),
    },
    Provision {
        id: "retssikkerhedsloven-11-a",
        citation: "retssikkerhedsloven § 11 a",
        uses: &[Use::Consent, Use::Disclosure],
        ages: FROM_FIFTEEN,
        validity: since(date(1998, 7, 1)),
    },
    Provision {
        id: "retssikkerhedsloven-9",
        citation: "retssikkerhedsloven § 9",
        uses: &[Use::Disclosure],
        ages: FROM_FIFTEEN,
        validity: since(date(1998, 7, 1)),
    },
    Provision {
        id: "forvaltningsloven-28",
        citation: "forvaltningsloven § 28",
        uses: &[Use::Consent, Use::Disclosure],
        ages: FROM_FIFTEEN,
        validity: since(date(1987, 1, 1)),
    },
    Provision {
        id: "barnets-lov-132",
        citation: "barnets lov § 132",
        uses: &[Use::Duty],
        ages: FROM_TEN,
        validity: since(CHILDREN_ACT),
    },
    Provision {
        id: "servicelov-152",
        citation: "serviceloven § 152",
        uses: &[Use::Duty],
        ages: FROM_FIFTEEN,
        validity: Validity { from: date(2006, 1, 1), until: Some(date(2023, 12, 31)) },
    },
    Provision {
        id: "barnets-lov-91",
        citation: "barnets lov § 91",
        uses: &[Use::Plan, Use::Intervention],
        ages: FROM_TEN,
        validity: since(CHILDREN_ACT),
    },
    Provision {
        id: "barnets-lov-108",
        citation: "barnets lov § 108",
        uses: &[Use::Plan, Use::Intervention],
        ages: FROM_TEN,
        validity: since(CHILDREN_ACT),
    },
    Provision {
        id: "servicelov-141",
        citation: "serviceloven § 141",
        uses: &[Use::Plan],
        ages: FROM_FIFTEEN,
        validity: since(date(1998, 7, 1)),
    },
    Provision {
        id: "beskaeftigelsesloven-min-plan",
        citation: "lov om en aktiv beskæftigelsesindsats (LAB), Min Plan",
        uses: &[Use::Plan],
        ages: FROM_FIFTEEN,
        validity: since(date(2020, 1, 1)),
    },
    Provision {
        id: "helhedsorienteret-plan-2018",
        citation: "lov om én helhedsorienteret plan (2018), med borgerens samtykke",
        uses: &[Use::Consent, Use::Plan],
        ages: FROM_FIFTEEN,
        validity: since(date(2018, 7, 1)),
    },
    Provision {
        id: "foraeldreansvarsloven-3",
        citation: "forældreansvarsloven § 3",
        uses: &[],
        ages: FROM_TEN,
        validity: since(date(2007, 10, 1)),
    },
    Provision {
        id: "persondataloven-11",
        citation: "persondataloven § 11",
        uses: &[Use::ThirdPerson],
        ages: FROM_FIFTEEN,
        validity: Validity { from: date(2000, 7, 1), until: Some(date(2018, 5, 24)) },
    },
    Provision {
        id: "databeskyttelsesloven-11",
        citation: "databeskyttelsesloven § 11",
        uses: &[Use::ThirdPerson],
        ages: FROM_FIFTEEN,
        validity: since(date(2018, 5, 25)),
    },
    Provision {
        id: "barnets-lov-20",
        citation: "barnets lov § 20, børnefaglig undersøgelse",
        uses: &[Use::ThirdPerson],
        ages: FROM_TEN,
        validity: since(CHILDREN_ACT),
    },
    // A duty to review a plan that comes from another municipality: it carries nothing by itself.
    Provision {
        id: "bek-2006-2020-135",
        citation: "BEK nr. 2006 af 11. december 2020, § 135",
        uses: &[],
        ages: FROM_FIFTEEN,
        validity: since(date(2021, 1, 1)),
    },
    grants("servicelov-85", "serviceloven § 85, socialpædagogisk støtte", since(date(1998, 7, 1))),
    grants("servicelov-97", "serviceloven § 97, ledsageordning", since(date(1998, 7, 1))),
    grants("servicelov-99", "serviceloven § 99, støtte- og kontaktperson", since(date(1998, 7, 1))),
    grants("servicelov-101", "serviceloven § 101, behandling af stofmisbrug", since(date(1998, 7, 1))),
    grants("servicelov-103", "serviceloven § 103, beskyttet beskæftigelse", since(date(1998, 7, 1))),
    grants("servicelov-104", "serviceloven § 104, aktivitets- og samværstilbud", since(date(1998, 7, 1))),
    grants("servicelov-107", "serviceloven § 107, midlertidigt botilbud", since(date(1998, 7, 1))),
    grants("sundhedsloven-141", "sundhedsloven § 141, alkoholbehandling", since(date(2007, 1, 1))),
    grants("lab-57", "LAB § 57, virksomhedspraktik", since(EMPLOYMENT_ACT)),
    grants("lab-63", "LAB § 63, løntilskud", since(EMPLOYMENT_ACT)),
    grants("lab-91", "LAB § 91, vejledning og opkvalificering", since(EMPLOYMENT_ACT)),
    grants("lab-112", "LAB § 112, ressourceforløb", since(EMPLOYMENT_ACT)),
    grants("lab-167", "LAB § 167, mentorstøtte", since(EMPLOYMENT_ACT)),
    grants("lab-2014-31-b", "LAB (2014) § 31 b, mentorstøtte", under_the_former_employment_act()),
    grants(
        "lab-2014-32",
        "LAB (2014) § 32, vejledning og opkvalificering",
        under_the_former_employment_act(),
    ),
    grants("lab-2014-42", "LAB (2014) § 42, virksomhedspraktik", under_the_former_employment_act()),
    grants("lab-2014-68-a", "LAB (2014) § 68 a, ressourceforløb", under_the_former_employment_act()),
    Provision {
        id: "barnets-lov-32",
        citation: "barnets lov § 32, støttende indsatser",
        uses: &[Use::Intervention],
        ages: FROM_TEN,
        validity: since(CHILDREN_ACT),
    },
    Provision {
        id: "servicelov-52",
        citation: "serviceloven § 52, særlig støtte til børn og unge",
        uses: &[Use::Intervention],
        ages: FROM_FIFTEEN,
        validity: Validity { from: date(1998, 7, 1), until: Some(date(2023, 12, 31)) },
    },
];
