//! The configuration as it takes effect: defaults filled in, paths resolved, no secret.

use std::fmt;
use std::path::Path;

use super::{Config, LogFormat};

/// Shows a configuration, as a configuration file would say it.
pub(crate) struct Shown<'a>(pub(super) &'a Config);

impl Config {
    /// The configuration as a person may see it.
    pub(crate) fn shown(&self) -> Shown<'_> {
        Shown(self)
    }
}

/// A text as TOML writes it.
fn text(value: &str) -> toml::Value {
    toml::Value::String(value.to_owned())
}

fn path(value: &Path) -> toml::Value {
    text(&value.to_string_lossy())
}

/// What a secret's line ends with. The file is never opened to show it.
const SECRET: &str = "  # secret: the file's contents are not shown";

impl fmt::Display for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Config {
            municipality,
            federation,
            data_dir,
            contact,
            listen,
            tls,
            keys,
            registry,
            sessions,
            adopted,
            target_groups,
            log,
        } = self.0;
        let name = municipality.name().map(|name| format!("  # {name}")).unwrap_or_default();
        writeln!(f, "municipality = {}{name}", text(&municipality.to_string()))?;
        writeln!(f, "federation = {}", text(federation))?;
        writeln!(f, "data_dir = {}", path(data_dir))?;
        writeln!(f, "contact = {}", text(contact))?;
        writeln!(f, "\n[listen]\napi = \"{}\"\npeer = \"{}\"", listen.api, listen.peer)?;
        writeln!(f, "\n[tls]\ncertificate = {}", path(&tls.certificate))?;
        writeln!(f, "key = {}{SECRET}", path(&tls.key))?;
        writeln!(f, "authority = {}", path(&tls.authority))?;
        if let Some(revocations) = &tls.revocations {
            writeln!(f, "revocations = {}", path(revocations))?;
        }
        writeln!(f, "\n[keys]\nsigning = {}{SECRET}", path(&keys.signing))?;
        writeln!(f, "key_encryption = {}{SECRET}", path(&keys.key_encryption))?;
        writeln!(f, "\n[registry]\nmembers = {}", path(&registry.members))?;
        writeln!(f, "founding_key = {}", path(&registry.founding_key))?;
        writeln!(f, "heartbeat_ms = {}\nelection_ms = {}", registry.heartbeat_ms, registry.election_ms)?;
        writeln!(f, "\n[sessions]\nlifetime_minutes = {}", sessions.lifetime_minutes)?;
        if adopted.iter().next().is_some() {
            writeln!(f, "\n[exemptions]")?;
        }
        for adoption in adopted.iter() {
            writeln!(f, "{} = \"{}\"", adoption.exemption().id, adoption.validity())?;
        }
        if let Some(file) = target_groups {
            writeln!(f, "\n[target_groups]\nfile = {}", path(file))?;
        }
        let format = match log.format {
            LogFormat::Text => "text",
            LogFormat::Json => "json",
        };
        writeln!(f, "\n[log]\nformat = \"{format}\"\nfilter = {}", text(&log.filter))
    }
}
