//! The provisions that disclosures and plans lean on.

use jiff::civil::{Date, date};

use super::{Ages, Provision, Use, Validity};

/// The ages that social law counts by: party at 10 in barnets lov, a say of one's own at 15, of age at 18.
const FROM_TEN: Ages = Ages { party: 10, consents: 15, of_age: 18 };
const FROM_FIFTEEN: Ages = Ages { party: 15, consents: 15, of_age: 18 };

/// The day barnets lov came into force.
const CHILDREN_ACT: Date = date(2024, 1, 1);

const fn since(from: Date) -> Validity {
    Validity { from, until: None }
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
        uses: &[Use::Plan],
        ages: FROM_TEN,
        validity: since(CHILDREN_ACT),
    },
    Provision {
        id: "barnets-lov-108",
        citation: "barnets lov § 108",
        uses: &[Use::Plan],
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
];
