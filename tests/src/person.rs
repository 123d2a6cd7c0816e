//! Somebody who is logged in to a node, and what the command line answers them.

use std::ffi::OsStr;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value;

use crate::node::Node;
use crate::programs::Programs;

/// Somebody at a municipality, with the command line in front of them.
#[derive(Debug, Clone)]
pub struct Person<'network> {
    /// The node that they use.
    pub node: &'network Node,
    user: String,
    profile: String,
    network: &'network Path,
}

/// What the command line answered.
#[derive(Debug)]
pub struct Answer {
    /// Its exit code.
    pub exit: i32,
    /// Its standard output.
    pub stdout: String,
    /// Its standard error.
    pub stderr: String,
}

/// Why something was not done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// The exit code.
    pub exit: i32,
    /// The stable code.
    pub code: String,
    /// What happened and what to do.
    pub message: String,
}

impl<'network> Person<'network> {
    pub(crate) fn new(node: &'network Node, user: &str, network: &'network Path) -> Self {
        let profile = format!("{}-{user}", node.profile);
        Self { node, user: user.to_owned(), profile, network }
    }

    /// The profile in which they are logged in.
    pub fn profile(&self) -> &str {
        &self.profile
    }

    /// The folder with everybody's profiles.
    pub fn profiles(&self) -> PathBuf {
        self.network.join("profiles")
    }

    /// Logs in with the password that everybody has.
    #[track_caller]
    pub fn log_in(&self) {
        self.log_in_with(&self.network.join("password")).done();
    }

    /// Tries to log in with the password in this file.
    pub fn log_in_with(&self, password_file: &Path) -> Answer {
        let authority = self.node.authority();
        let mut words: Vec<&OsStr> =
            ["login", "--node", &self.node.api, "--user", &self.user].map(OsStr::new).to_vec();
        words.extend([OsStr::new("--ca"), authority.as_os_str()]);
        words.extend([OsStr::new("--password-file"), password_file.as_os_str()]);
        self.ask(&words, "")
    }

    /// Says this to the command line.
    pub fn tries(&self, words: &[&str]) -> Answer {
        self.tries_with(words, "")
    }

    /// Says this to the command line, with this on its standard input.
    pub fn tries_with(&self, words: &[&str], input: &str) -> Answer {
        self.ask(&words.iter().map(OsStr::new).collect::<Vec<_>>(), input)
    }

    /// Says this to the command line, which must do it.
    #[track_caller]
    pub fn does(&self, words: &[&str]) -> Value {
        self.tries(words).done()
    }

    fn ask(&self, words: &[&OsStr], input: &str) -> Answer {
        let mut child = Command::new(&Programs::find().command_line)
            .args(["--json", "--no-input", "--profile", &self.profile, "--config-dir"])
            .arg(self.profiles())
            .args(words)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the command line can be run");
        // A program that reads nothing may have ended by now.
        let _ = child.stdin.take().expect("standard input was asked for").write_all(input.as_bytes());
        let output = child.wait_with_output().expect("a child can be waited for");
        Answer {
            exit: output.status.code().expect("the command line ends by itself"),
            stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
            stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }
}

impl Answer {
    /// The answer of something that was done. Panics if it was not.
    #[track_caller]
    pub fn done(&self) -> Value {
        assert_eq!(self.exit, 0, "{}", self.stderr);
        self.json()
    }

    /// What was written to standard output.
    #[track_caller]
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.stdout)
            .unwrap_or_else(|_| panic!("no JSON: {}{}", self.stdout, self.stderr))
    }

    /// Why it was not done, or nothing if it was.
    #[track_caller]
    pub fn refused(&self) -> Option<Refusal> {
        if self.exit == 0 {
            return None;
        }
        let last = self.stderr.lines().last().unwrap_or_default();
        let error: Value = serde_json::from_str(last).unwrap_or_else(|_| panic!("no JSON: {}", self.stderr));
        let text = |key: &str| error["error"][key].as_str().unwrap_or_default().to_owned();
        Some(Refusal { exit: self.exit, code: text("code"), message: text("message") })
    }

    /// Panics unless it was refused with this code and exit code. Every refusal says something in words.
    #[track_caller]
    pub fn is_refused(&self, exit: i32, code: &str) -> Refusal {
        let refusal =
            self.refused().unwrap_or_else(|| panic!("done, where {code} was expected: {}", self.stdout));
        assert_eq!((refusal.exit, refusal.code.as_str()), (exit, code), "{}", refusal.message);
        assert!(refusal.message.len() > 10, "{code} says nothing: {}", refusal.message);
        refusal
    }
}
