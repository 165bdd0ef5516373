//! The words of every problem, pinned.
#![allow(clippy::unwrap_used, reason = "tests stop at the first surprise")]

use std::fmt::Write as _;
use std::io;
use std::time::Duration;

use child::{Error, PROBLEMS, Stream};
use problem::{Diagnose as _, ProblemRecord};

fn every_variant() -> Vec<Error> {
    let program = || "/usr/bin/helm".into();
    let source = || io::Error::from_raw_os_error(13);
    vec![
        Error::BareName { program: "helm".into() },
        Error::NoDirectory { program: program(), directory: "/srv/none".into() },
        Error::Spawn { program: program(), source: source() },
        Error::Watch { program: program(), source: source() },
        Error::Signal { program: program(), source: source() },
        Error::Deadline { program: program(), deadline: Duration::from_millis(1500) },
        Error::TooMuch { program: program(), stream: Stream::Stdout, limit: 4096 },
        Error::NoInterpreter { name: "secrets/ban.py".into() },
        Error::NoMemfile { name: "values".into(), source: source() },
        Error::Memfile { name: "values".into(), step: "seal", source: source() },
    ]
}

#[test]
fn every_problem_has_its_words() {
    let mut text = String::new();
    for error in every_variant() {
        let record = ProblemRecord::from_diagnose(&error);
        writeln!(text, "{}: {}", record.code, record.message).unwrap();
        for cause in record.causes {
            writeln!(text, "  because {cause}").unwrap();
        }
        writeln!(text, "  next: {}", record.help.unwrap()).unwrap();
    }
    insta::assert_snapshot!(text, @r"
    child.bare_name: `helm` is a name, not the path of a program
      next: Give the whole path; names are looked up by the command line, not by this library.
    child.no_directory: the directory /srv/none to run /usr/bin/helm in does not exist
      next: Create it, or name another one.
    child.spawn: cannot start /usr/bin/helm
      because Permission denied (os error 13)
      next: Check that the path exists, is executable, and fits this machine.
    child.watch: cannot watch /usr/bin/helm
      because Permission denied (os error 13)
      next: Look whether something else in this process collects its children.
    child.signal: cannot signal /usr/bin/helm
      because Permission denied (os error 13)
      next: Look whether it changed its user; end it by hand.
    child.deadline: /usr/bin/helm did not end within 1.5 s
      next: Run it by hand to see what it waits for.
    child.too_much_output: /usr/bin/helm wrote more than 4096 bytes to its standard output
      next: Run it by hand to see what it writes.
    child.no_interpreter: the first line of secrets/ban.py names no program that runs it
      next: Begin it with a line like `#!/usr/bin/env python3`.
    child.no_memfile: this system cannot hold values in a sealed memory file
      because Permission denied (os error 13)
      next: Run on Linux 3.17 or newer, without a sandbox that forbids memfd_create.
    child.memfile: cannot seal the memory file values
      because Permission denied (os error 13)
      next: Free memory, or raise the container's memory limit.
    ");
}

#[test]
fn the_table_and_the_variants_name_the_same_codes() {
    let mut used: Vec<_> = every_variant().iter().map(|error| error.code()).collect();
    let mut listed: Vec<_> = PROBLEMS.iter().map(|entry| entry.code).collect();
    used.sort();
    listed.sort();
    assert_eq!(used, listed);
}
