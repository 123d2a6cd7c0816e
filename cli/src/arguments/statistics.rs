//! `statistics ..`: what the municipalities know together.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

pub(crate) const EXAMPLES: &str = "\
Eksempler:
  enplan statistics list
  enplan statistics table outcome-by-target-group
  enplan statistics compare outcome --from 2019-Q1 --to 2019-Q4
  enplan statistics export --epoch 2019-Q4 --file tabeller.xlsx
  enplan statistics epoch run 2019-Q4";

/// What can be done with statistics.
#[derive(Debug, Subcommand)]
pub(crate) enum StatisticsVerb {
    /// Vis tabellerne, og hvornår hver sidst er offentliggjort
    #[command(before_help = "Eksempler:\n  enplan statistics list\n  enplan statistics list --json")]
    List,
    /// Vis hvad der tælles, med hver definition
    #[command(before_help = "Eksempler:\n  enplan statistics describe\n  enplan statistics describe outcome")]
    Describe {
        /// En tabel eller et spørgsmål [ellers: alle spørgsmål]
        #[arg(value_name = "NAVN")]
        name: Option<String>,
    },
    /// Vis en tabel, med søjler
    #[command(before_help = TABLE_EXAMPLES)]
    Table(TableArguments),
    /// Hold en tabel op mod sig selv i et andet kvartal
    #[command(before_help = "Eksempler:\n  enplan statistics compare outcome --from 2019-Q1 --to 2019-Q4")]
    Compare {
        /// Tabellen
        #[arg(value_name = "TABEL")]
        table: String,
        /// Det ene kvartal, ÅÅÅÅ-Q1 til ÅÅÅÅ-Q4
        #[arg(long, value_name = "KVARTAL")]
        from: String,
        /// Det andet kvartal [ellers: det seneste]
        #[arg(long, value_name = "KVARTAL", default_value = "", hide_default_value = true)]
        to: String,
    },
    /// Gem tabeller som en fil
    #[command(before_help = EXPORT_EXAMPLES)]
    Export(ExportArguments),
    /// Kvartaler: hvem der er med, og optælling
    #[command(subcommand, before_help = EPOCH_EXAMPLES)]
    Epoch(EpochVerb),
    /// Aftalen om, hvad kommunerne tæller
    #[command(subcommand, before_help = MANIFEST_EXAMPLES)]
    Manifest(ManifestVerb),
}

const TABLE_EXAMPLES: &str = "\
Eksempler:
  enplan statistics table citizens
  enplan statistics table outcome-by-target-group --epoch 2019-Q4
  enplan statistics table outcome --own";

const EXPORT_EXAMPLES: &str = "\
Eksempler:
  enplan statistics export --file tabeller.xlsx
  enplan statistics export outcome --epoch 2019-Q4 --file resultat.csv
  enplan statistics export --file tabeller.json";

const EPOCH_EXAMPLES: &str = "\
Eksempler:
  enplan statistics epoch list
  enplan statistics epoch run 2019-Q4";

const MANIFEST_EXAMPLES: &str = "\
Eksempler:
  enplan statistics manifest list
  enplan statistics manifest show
  enplan statistics manifest propose
  enplan statistics manifest approve 1";

/// Which table, and of when.
#[derive(Debug, Args)]
pub(crate) struct TableArguments {
    /// Tabellen
    #[arg(value_name = "TABEL")]
    pub(crate) table: String,
    /// Kvartalet, ÅÅÅÅ-Q1 til ÅÅÅÅ-Q4 [ellers: det seneste]
    #[arg(long, value_name = "KVARTAL", default_value = "", hide_default_value = true)]
    pub(crate) epoch: String,
    /// Vis også kommunens egne tal ved siden af; for ledere, og kun på egen node
    #[arg(long)]
    pub(crate) own: bool,
}

/// Which tables, and where to.
#[derive(Debug, Args)]
pub(crate) struct ExportArguments {
    /// Tabellen [ellers: alle]
    #[arg(value_name = "TABEL")]
    pub(crate) table: Option<String>,
    /// Kvartalet, ÅÅÅÅ-Q1 til ÅÅÅÅ-Q4 [ellers: det seneste]
    #[arg(long, value_name = "KVARTAL", default_value = "", hide_default_value = true)]
    pub(crate) epoch: String,
    /// En ny fil; endelsen .csv, .json eller .xlsx vælger formatet
    #[arg(long, value_name = "FIL")]
    pub(crate) file: PathBuf,
    /// Formatet, hvor endelsen ikke siger det
    #[arg(long, value_enum, value_name = "FORMAT")]
    pub(crate) format: Option<ExportFormat>,
}

/// A form of file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ExportFormat {
    /// Én linje pr. celle, adskilt af semikolon
    Csv,
    /// Det samme som `table --json`, for alle tabeller
    Json,
    /// Et regneark med ét ark pr. tabel
    Xlsx,
}

/// What can be done with an epoch.
#[derive(Debug, Subcommand)]
pub(crate) enum EpochVerb {
    /// Vis kvartalerne, hvor langt de er, og hvem der er med
    #[command(
        before_help = "Eksempler:\n  enplan statistics epoch list\n  enplan statistics epoch list --json"
    )]
    List,
    /// Tæl et kvartal sammen med de andre kommuner, og offentliggør det, der må vises; for koordinatorer
    #[command(before_help = "Eksempler:\n  enplan statistics epoch run 2019-Q4")]
    Run {
        /// Kvartalet, ÅÅÅÅ-Q1 til ÅÅÅÅ-Q4; det skal være slut
        #[arg(value_name = "KVARTAL")]
        epoch: String,
    },
}

/// What can be done with a manifest.
#[derive(Debug, Subcommand)]
pub(crate) enum ManifestVerb {
    /// Vis aftalerne, og hvem der har sagt ja
    #[command(before_help = "Eksempler:\n  enplan statistics manifest list")]
    List,
    /// Vis en aftale, hele vejen igennem
    #[command(
        before_help = "Eksempler:\n  enplan statistics manifest show\n  enplan statistics manifest show 1"
    )]
    Show {
        /// Dens nummer [ellers: den, der gælder]
        #[arg(value_name = "NUMMER", default_value_t = 0, hide_default_value = true)]
        version: u32,
    },
    /// Foreslå programmets aftale, og sig ja til den på kommunens vegne; for databeskyttelsesrådgiveren
    #[command(before_help = "Eksempler:\n  enplan statistics manifest propose")]
    Propose,
    /// Sig ja til en aftale på kommunens vegne; for databeskyttelsesrådgiveren
    #[command(
        before_help = "Eksempler:\n  enplan statistics manifest approve 1\n  enplan statistics manifest approve 1 --yes"
    )]
    Approve {
        /// Dens nummer
        #[arg(value_name = "NUMMER")]
        version: u32,
        /// Spørg ikke
        #[arg(long)]
        yes: bool,
    },
}
