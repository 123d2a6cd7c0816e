//! A manifest in words: what whoever is to sign it reads.

use std::fmt;

use super::{Bin, Dimension, Manifest, Table};

impl fmt::Display for Manifest {
    /// Everything that it says, in Danish, with each definition in English too.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { version, threshold, present, changed, dimensions, tables } = self;
        writeln!(f, "Statistikaftale, version {version}")?;
        writeln!(f)?;
        writeln!(
            f,
            "Et tal vises kun, når der er mindst {threshold} borgere bag det, uanset hvilken kommunes borgere"
        )?;
        writeln!(
            f,
            "der ses bort fra, og borgerne er i mindst {present} kommuner. En tabel vises på ny, når mindst"
        )?;
        writeln!(f, "{changed} borgere har ændret den; ellers står den sidste.")?;
        writeln!(f)?;
        writeln!(f, "Det, borgerne opdeles efter")?;
        for dimension in dimensions {
            writeln!(f, "\n{dimension}")?;
        }
        writeln!(f, "\nTabeller")?;
        writeln!(f)?;
        for table in tables {
            self.describe_table(table, f)?;
        }
        Ok(())
    }
}

impl fmt::Display for Dimension {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { name, danish, definition_danish, definition_english, bins } = self;
        writeln!(f, "{danish} ({name})")?;
        writeln!(f, "  {definition_danish}")?;
        writeln!(f, "  In English: {definition_english}")?;
        let bins: Vec<_> = bins.iter().map(Bin::to_string).collect();
        write!(f, "  {}", bins.join(" | "))
    }
}

impl fmt::Display for Bin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({})", self.danish, self.name)
    }
}

impl Manifest {
    fn describe_table(&self, table: &Table, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let dimension = |name: &String| self.dimensions.iter().find(|dimension| dimension.name == *name);
        let dimensions: Vec<_> = table.dimensions.iter().filter_map(dimension).collect();
        let cells: usize = dimensions.iter().map(|dimension| dimension.bins.len()).product();
        write!(f, "{} ({}): {cells} tal", table.danish, table.name)?;
        for impossible in &table.impossible {
            let bins = dimensions.iter().zip(impossible);
            let bins: Vec<_> = bins
                .filter_map(|(dimension, bin)| dimension.bins.get(usize::from(*bin)))
                .map(|bin| bin.danish.as_str())
                .collect();
            write!(f, "\n  umuligt: {}", bins.join(" og "))?;
        }
        writeln!(f)
    }
}
