//! Why two did not become one.

/// Why nothing was joined, kept apart or laid into something else.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum MergeRefusal {
    /// One thing alone can't be joined to itself, nor kept apart from itself.
    #[error("at least two different ones are needed")]
    NothingToMerge,
    /// Only what is of one kind can be the same.
    #[error("the items are of different kinds")]
    KindsDiffer,
    /// What siblings share can lead, and is joined to nothing.
    #[error("an item that siblings share can only lead")]
    SharedLeads,
    /// It is joined to another, which is changed instead.
    #[error("the item is joined to another, and that one is changed")]
    JoinedToAnother,
    /// It is joined to nothing.
    #[error("the item is joined to no other")]
    NotJoined,
    /// The other plan is another citizen's.
    #[error("the other plan is not this citizen's")]
    NotTheirPlan,
    /// The plan to be taken in shares something with siblings' plans.
    #[error("the plan that would end shares something in force with siblings")]
    EndsWhatIsShared,
}

impl MergeRefusal {
    /// A stable code, for programs.
    pub fn code(self) -> &'static str {
        match self {
            Self::NothingToMerge => "MERGE_NEEDS_TWO",
            Self::KindsDiffer => "KINDS_DIFFER",
            Self::SharedLeads => "SHARED_LEADS",
            Self::JoinedToAnother => "JOINED_TO_ANOTHER",
            Self::NotJoined => "NOT_JOINED",
            Self::NotTheirPlan => "NOT_THEIR_PLAN",
            Self::EndsWhatIsShared => "ENDS_WHAT_IS_SHARED",
        }
    }

    /// What the caseworker can do, in Danish.
    pub fn what_to_do(self) -> &'static str {
        match self {
            Self::NothingToMerge => {
                "Vælg mindst to forskellige. `enplan plan merge-proposals` viser dem, der ligner hinanden."
            }
            Self::KindsDiffer => {
                "Kun det, der er af samme slags, kan lægges sammen: mål med mål, indsats med indsats."
            }
            Self::SharedLeads => {
                "Det er fælles for søskende. Skriv det først, så de andre lægges sammen med det."
            }
            Self::JoinedToAnother => {
                "Det er lagt sammen med noget andet i planen. Ret det, det er lagt sammen med, eller skil dem ad med \
                 `enplan plan separate`."
            }
            Self::NotJoined => {
                "Det er ikke lagt sammen med noget andet. `enplan plan show` viser, hvad der er."
            }
            Self::NotTheirPlan => "Den anden plan er en anden borgers. Slå borgerens planer op igen.",
            Self::EndsWhatIsShared => {
                "Planen deler noget, der gælder, med søskendes planer. Læg den anden plan ind i denne i stedet."
            }
        }
    }
}
