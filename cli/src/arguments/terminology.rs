//! `terminology ..`: the code systems that give codes their words.

use clap::Subcommand;

use super::Input;

pub(crate) const EXAMPLES: &str = "\
Eksempler:
  enplan terminology import CodeSystem-FFB.json
  enplan terminology list
  enplan terminology show urn:oid:1.2.208.176.2.22 b3ddc7d7-f6c1-4d47-8280-456992cbe0a6";

/// What can be done with code systems.
#[derive(Debug, Subcommand)]
pub(crate) enum TerminologyVerb {
    #[command(
        about = "Indlæs et FHIR R4 CodeSystem, så dets koder vises med ord; for driften",
        before_help = IMPORT_EXAMPLES
    )]
    Import {
        /// Filen, JSON på højst 8 MiB; - for stdin
        #[arg(value_name = "FIL")]
        file: Input,
        /// Lad filen afløse det indlæste, også hvis den ikke er nyere
        #[arg(long)]
        replace: bool,
    },
    /// Vis de kodesystemer, der er indlæst
    #[command(before_help = "Eksempler:\n  enplan terminology list\n  enplan terminology list --json")]
    List,
    /// Vis hvad én kode betyder
    #[command(before_help = SHOW_EXAMPLES)]
    Show {
        /// Kodesystemets url, eller en anden URI, det kendes under
        #[arg(value_name = "KODESYSTEM")]
        system: String,
        /// Koden
        #[arg(value_name = "KODE")]
        code: String,
    },
}

const IMPORT_EXAMPLES: &str = "\
Eksempler:
  enplan terminology import CodeSystem-FFB.json
  enplan terminology import CodeSystem-FFB.json --replace";

const SHOW_EXAMPLES: &str = "\
Eksempler:
  enplan terminology show urn:oid:1.2.208.176.2.22 b3ddc7d7-f6c1-4d47-8280-456992cbe0a6";
