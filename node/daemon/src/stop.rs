//! Stopping when whoever started the node is gone.
//!
//! A demo network's nodes must not outlive it, however it ended. The kernel could signal them, but asking it for that
//! takes unsafe code; a pipe that nobody holds any more says the same.

use std::io::{self, Read};
use std::thread;

use rustix::process::{Signal, getpid, kill_process};

/// Asks this process to stop, as its service manager would, as soon as standard input ends.
pub(crate) fn when_stdin_ends() -> io::Result<()> {
    thread::Builder::new().name("stdin".into()).spawn(|| {
        wait_for_end(io::stdin().lock());
        // The signal is this process's own to send; it can only fail when the process is ending anyway.
        let _ = kill_process(getpid(), Signal::TERM);
    })?;
    Ok(())
}

fn wait_for_end(mut input: impl Read) {
    let mut buffer = [0; 64];
    loop {
        match input.read(&mut buffer) {
            Ok(0) => return,
            Ok(_) => {}
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            // An input that cannot be read will not say when it ends either.
            Err(_) => return,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use super::*;

    #[test]
    fn the_end_comes_when_the_other_side_is_closed_and_not_when_it_speaks() {
        let (reader, mut writer) = io::pipe().unwrap();
        let (ended, end) = mpsc::channel();
        thread::spawn(move || {
            wait_for_end(reader);
            ended.send(()).unwrap();
        });
        io::Write::write_all(&mut writer, b"still here\n").unwrap();
        assert!(end.try_recv().is_err());
        drop(writer);
        end.recv().unwrap();
    }
}
