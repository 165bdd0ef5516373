//! The program that a script names in its first line.

use std::sync::Arc;

use camino::{Utf8Path, Utf8PathBuf};

use crate::{Error, Memfile, Program};

/// What stands after `#!`, as the kernel reads it: a path, and the rest of the line as one argument.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Interpreter {
    path: Utf8PathBuf,
    argument: Option<String>,
}

impl Program {
    /// The script in `bytes`, run from a memory file by the program that its first line names. `name`
    /// is the file it comes from.
    ///
    /// The script sees `/proc/self/fd/N` as its own path, so what lies beside it is not found by that;
    /// Python is told the folder of `name`, where it looks for modules.
    ///
    /// # Errors
    /// [`Error::NoInterpreter`] where the first line names none; as [`Memfile::new`].
    pub fn script(name: &Utf8Path, bytes: &[u8]) -> Result<Self, Error> {
        let no_interpreter = || Error::NoInterpreter { name: name.to_string() };
        let Interpreter { path, argument } = interpreter(bytes).ok_or_else(no_interpreter)?;
        let file = Arc::new(Memfile::new(name.as_str(), bytes)?);
        let is_python =
            [path.as_str()].into_iter().chain(argument.as_deref()).any(|word| word.contains("python"));
        let program = Self::new(path).args(argument).arg(file.path().into_string()).hand(file);
        Ok(match name.parent().filter(|_| is_python) {
            Some(folder) if !folder.as_str().is_empty() => program.env("PYTHONPATH", folder.as_str()),
            _ => program,
        })
    }
}

fn interpreter(bytes: &[u8]) -> Option<Interpreter> {
    let line = bytes.strip_prefix(b"#!")?.split(|byte| *byte == b'\n').next()?;
    let line = std::str::from_utf8(line).ok()?.trim_matches([' ', '\t', '\r']);
    let (path, argument) = line.split_once([' ', '\t']).unwrap_or((line, ""));
    let argument = Some(argument.trim()).filter(|argument| !argument.is_empty());
    (path.contains('/')).then(|| Interpreter { path: path.into(), argument: argument.map(str::to_owned) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn first_lines_by_example() {
        for (text, wanted) in [
            ("#!/bin/sh\necho", Some(("/bin/sh", None))),
            ("#! /usr/bin/env python3\r\n", Some(("/usr/bin/env", Some("python3")))),
            ("#!/usr/bin/env -S python3 -u\n", Some(("/usr/bin/env", Some("-S python3 -u")))),
            ("#!/bin/sh", Some(("/bin/sh", None))),
            ("#!python3\n", None),
            ("#!\n", None),
            ("print(1)\n", None),
            ("\u{7f}ELF", None),
            ("", None),
        ] {
            let found = interpreter(text.as_bytes());
            let found = found.as_ref().map(|it| (it.path.as_str(), it.argument.as_deref()));
            assert_eq!(found, wanted, "{text:?}");
        }
    }
}
