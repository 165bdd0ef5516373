//! Opens sealed files in memory, as a deploy does, and tells how much there was:
//! `cargo run --release -p secret-vault --example open -- KEY FILE...`
#![allow(clippy::disallowed_methods, clippy::print_stdout, reason = "an example is its own command line")]

use std::fs;

use secret_vault::Key;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut args = std::env::args().skip(1);
    let path = args.next().ok_or("usage: open KEY FILE...")?;
    let key = Key::from_bytes(&path, &fs::read(&path)?)?;
    let (mut files, mut bytes) = (0, 0);
    for file in args {
        bytes += key.open(file.as_str().into(), &fs::read(&file)?)?.expose().len();
        files += 1;
    }
    println!("{files} files, {bytes} bytes");
    Ok(())
}
