//! Seals files in place with a git-crypt key, and makes the key where it is missing:
//! `cargo run -p secret-vault --example seal -- KEY FILE...`
#![allow(clippy::disallowed_methods, clippy::print_stderr, reason = "an example is its own command line")]

use std::fs;
use std::io::{Read as _, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;

use secret_vault::{Key, is_sealed};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut args = std::env::args().skip(1);
    let path = args.next().ok_or("usage: seal KEY FILE...")?;
    if !fs::exists(&path)? {
        // 32 bytes for AES, 64 for HMAC: the oldest format of a key, from which every other is made.
        let mut material = [0; 96];
        fs::File::open("/dev/urandom")?.read_exact(&mut material)?;
        let key = Key::from_bytes(&path, &material)?;
        fs::OpenOptions::new()
            .write(true)
            .create_new(true)
            .mode(0o600)
            .open(&path)?
            .write_all(&key.to_bytes())?;
    }
    let key = Key::from_bytes(&path, &fs::read(&path)?)?;
    for file in args {
        let bytes = fs::read(&file)?;
        if is_sealed(&bytes) {
            eprintln!("{file}: is sealed already");
        } else {
            fs::write(&file, key.seal(&bytes))?;
        }
    }
    Ok(())
}
