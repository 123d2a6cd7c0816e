//! Those who are in every demo under the same name, because each shows something that one plan is for.

use super::names::Family;

/// Somebody to look for.
#[derive(Debug)]
pub(in crate::demo) struct WellKnown {
    /// Where.
    pub(in crate::demo) municipality: &'static str,
    /// The name.
    pub(in crate::demo) name: &'static str,
    /// What there is to see.
    pub(in crate::demo) shows: &'static str,
}

/// Three plans became hers: each goal and action says from which it was taken.
pub(in crate::demo) const GATHERED: WellKnown = WellKnown {
    municipality: "Fredensborg",
    name: "TESTDATA Rita Røllike",
    shows: "three plans that became one",
};

/// The first of a family of four, each with a plan.
pub(in crate::demo) const PARENT: WellKnown = WellKnown {
    municipality: "Gribskov",
    name: "TESTDATA Gerda Gyldenris",
    shows: "a family of four, each with a plan (Gorm, Karla, Otto)",
};

/// The others of that family.
pub(super) const FAMILY: [&str; 3] =
    ["TESTDATA Gorm Gyldenris", "TESTDATA Karla Gyldenris", "TESTDATA Otto Gyldenris"];
/// Its name.
pub(super) const FAMILY_NAME: Family = Family::danish("Gyldenris");

/// Name and address are protected, and there is an address.
pub(in crate::demo) const PROTECTED: WellKnown =
    WellKnown {
        municipality: "Helsingør", name: "TESTDATA Hedvig Hvidtjørn", shows: "a protected address"
    };

/// Seventeen today, whenever that is.
pub(in crate::demo) const SEVENTEEN: WellKnown = WellKnown {
    municipality: "Gribskov",
    name: "TESTDATA Viggo Vintergæk",
    shows: "a young person of seventeen",
};

/// Moved away and back: two handovers.
pub(in crate::demo) const MOVED: WellKnown = WellKnown {
    municipality: "Halsnæs",
    name: "TESTDATA Regitze Rejnfan",
    shows: "moved to Frederikssund and back",
};

/// Her plan ended with the trial, and so did what leaned on its exemptions.
pub(in crate::demo) const ENDED: WellKnown = WellKnown {
    municipality: "Ballerup",
    name: "TESTDATA Esther Engkarse",
    shows: "a plan that ended with the trial",
};

/// All of them.
pub(in crate::demo) const WELL_KNOWN: [&WellKnown; 6] =
    [&GATHERED, &PARENT, &SEVENTEEN, &PROTECTED, &MOVED, &ENDED];
