//! Why a code system is not loaded.

/// Why nothing of a file was loaded. The file is public knowledge, so its codes and versions may be named.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CodeSystemRefusal {
    /// Too many bytes.
    #[error("the file has more than {limit} bytes")]
    TooLarge {
        /// How many are taken.
        limit: usize,
    },
    /// Objects in objects in objects.
    #[error("the file is nested more than {limit} levels deep")]
    TooDeep {
        /// How many are taken.
        limit: usize,
    },
    /// Too many codes.
    #[error("the code system has more than {limit} codes")]
    TooManyConcepts {
        /// How many are taken.
        limit: usize,
    },
    /// It ends in the middle.
    #[error("the file ends in the middle, at line {line}")]
    Truncated {
        /// Where.
        line: usize,
    },
    /// Not JSON.
    #[error("the file is not JSON (line {line}, column {column})")]
    NotJson {
        /// Where.
        line: usize,
        /// Where.
        column: usize,
    },
    /// JSON, but no code system.
    #[error("the file is JSON but not a FHIR CodeSystem")]
    NotACodeSystem,
    /// Nothing names it.
    #[error("the code system has no url that names it")]
    NoUrl,
    /// A part of a code system, or an addition to one.
    #[error("the code system is not complete: its content is {content}")]
    NotComplete {
        /// What it says of its content.
        content: &'static str,
    },
    /// An element that can't be read.
    #[error("{place} does not have the form that FHIR gives it")]
    WrongForm {
        /// Which.
        place: String,
    },
    /// One code twice: what does it mean?
    #[error("the code system has the code {code} twice")]
    DuplicateCode {
        /// Which.
        code: String,
    },
    /// No codes.
    #[error("the code system has no codes")]
    Empty,
    /// What is loaded is as new, or nobody can tell.
    #[error("version {} is not newer than version {}, which is loaded", named(.offered.as_ref()), named(.loaded.as_ref()))]
    NotNewer {
        /// The version that is loaded.
        loaded: Option<String>,
        /// The version that was offered.
        offered: Option<String>,
    },
    /// Another system goes by one of its names.
    #[error("the loaded code system {by} goes by the same url or identifier")]
    NameTaken {
        /// Its canonical URI.
        by: String,
    },
}

fn named(version: Option<&String>) -> &str {
    version.map_or("(none)", String::as_str)
}

impl CodeSystemRefusal {
    /// A stable code, for programs.
    pub fn code(&self) -> &'static str {
        match self {
            Self::TooLarge { .. } => "CODE_SYSTEM_TOO_LARGE",
            Self::TooDeep { .. } => "CODE_SYSTEM_TOO_DEEP",
            Self::TooManyConcepts { .. } => "CODE_SYSTEM_TOO_MANY_CODES",
            Self::Truncated { .. } => "CODE_SYSTEM_TRUNCATED",
            Self::NotJson { .. } => "CODE_SYSTEM_NOT_JSON",
            Self::NotACodeSystem => "CODE_SYSTEM_NOT_A_CODE_SYSTEM",
            Self::NoUrl => "CODE_SYSTEM_NO_URL",
            Self::NotComplete { .. } => "CODE_SYSTEM_NOT_COMPLETE",
            Self::WrongForm { .. } => "CODE_SYSTEM_WRONG_FORM",
            Self::DuplicateCode { .. } => "CODE_SYSTEM_DUPLICATE_CODE",
            Self::Empty => "CODE_SYSTEM_EMPTY",
            Self::NotNewer { .. } => "CODE_SYSTEM_NOT_NEWER",
            Self::NameTaken { .. } => "CODE_SYSTEM_NAME_TAKEN",
        }
    }

    /// What the operator can do, in Danish.
    pub fn what_to_do(&self) -> String {
        match self {
            Self::TooLarge { limit } => {
                format!(
                    "Filen er for stor: højst {} MiB. Kontrollér, at det er den rigtige fil.",
                    limit >> 20
                )
            }
            Self::TooDeep { .. } => {
                "Filen har for mange niveauer. Kontrollér, at det er den rigtige fil.".to_owned()
            }
            Self::TooManyConcepts { limit } => {
                format!("Kodesystemet har for mange koder: noden tager højst {limit}.")
            }
            Self::Truncated { .. } => "Filen er ikke hel. Hent den igen fra udgiveren.".to_owned(),
            Self::NotJson { .. } | Self::NotACodeSystem => {
                "Filen er ikke et kodesystem. Vælg en JSON-fil med et FHIR R4 CodeSystem.".to_owned()
            }
            Self::NoUrl => {
                "Kodesystemet har ingen url, så ingen kode kan henvise til det. Kontakt udgiveren.".to_owned()
            }
            Self::NotComplete { content } => format!(
                "Filen indeholder ikke hele kodesystemet (content: {content}). Hent den fulde udgave fra udgiveren."
            ),
            Self::WrongForm { place } => {
                format!("{place} kan ikke læses. Hent filen igen, eller kontakt udgiveren.")
            }
            Self::DuplicateCode { code } => {
                format!("Koden {code} står to gange i kodesystemet. Kontakt udgiveren.")
            }
            Self::Empty => "Kodesystemet har ingen koder. Hent den fulde udgave fra udgiveren.".to_owned(),
            Self::NotNewer { loaded, offered } => {
                let danish = |version: Option<&String>| {
                    version
                        .as_ref()
                        .map_or_else(|| "en udgave uden version".to_owned(), |v| format!("version {v}"))
                };
                format!(
                    "Noden har allerede {}, og filen er {}, som ikke er nyere. Brug --replace, hvis filen skal afløse \
                     den alligevel.",
                    danish(loaded.as_ref()),
                    danish(offered.as_ref())
                )
            }
            Self::NameTaken { by } => format!(
                "Kodesystemet {by} er indlæst under samme url eller identifier. Kontrollér, at det er den rigtige fil."
            ),
        }
    }
}

/// Why a code cannot be chosen for something in a plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotChosen {
    /// The node has no such code system.
    #[error("no code system of that name is loaded")]
    SystemNotLoaded,
    /// The system has no such code.
    #[error("the code system has no such code")]
    UnknownCode,
}

impl NotChosen {
    /// A stable code, for programs.
    pub fn code(self) -> &'static str {
        match self {
            Self::SystemNotLoaded => "CODE_SYSTEM_NOT_LOADED",
            Self::UnknownCode => "CODE_UNKNOWN",
        }
    }

    /// What the caseworker can do, in Danish.
    pub fn what_to_do(self) -> &'static str {
        match self {
            Self::SystemNotLoaded => {
                "Kodesystemet er ikke indlæst. Bed driften indlæse det (`enplan terminology import`), eller lad koden være."
            }
            Self::UnknownCode => {
                "Koden findes ikke i kodesystemet. Ret den, eller lad den være og skriv det med ord."
            }
        }
    }
}
