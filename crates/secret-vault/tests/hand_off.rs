//! From ciphertext to a program and back to the log: in memory, and masked.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, reason = "tests stop at the first surprise")]

use std::sync::Arc;
use std::time::Duration;

use child::{Memfile, Program};
use redact::Masker;
use secret_vault::Key;

/// A script may do anything with what it is handed; here it prints it plain, in hex and in base64.
const PRINT: &str =
    "cat $0; od -An -v -tx1 $0 | tr -d ' \\n'; echo; base64 -w0 $0; echo; base64 -w0 $0 | base64 -w0";

#[tokio::test]
async fn a_program_reads_the_secrets_and_its_log_does_not_show_them() {
    let golden =
        |name: &str| std::fs::read(format!("{}/tests/golden/{name}", env!("CARGO_MANIFEST_DIR"))).unwrap();
    let key = Key::from_bytes("default.key", &golden("default.key")).unwrap();
    let opened = key.open("secrets/values.yaml".into(), &golden("values.yaml.sealed")).unwrap();
    let secrets = opened.secrets();
    let (masker, warnings) =
        Masker::new(secrets.iter().map(|secret| (secret.tag(), secret.expose()))).unwrap();
    let short: Vec<_> = warnings.iter().map(|warning| warning.tag.as_str()).collect();
    assert_eq!(short, ["secrets/values.yaml:hub.port", "secrets/values.yaml:token"]);

    let file = Arc::new(Memfile::new("values", opened.expose()).unwrap());
    let sh = Program::new("/bin/sh").args(["-c", PRINT, file.path().as_str()]).env("PATH", "/usr/bin:/bin");
    let output = sh.hand(file).output(Duration::from_secs(60), 1 << 16).await.unwrap();
    let said = String::from_utf8(output.stdout).unwrap();
    let masked = masker.mask(&said);

    let tag = "***secrets/values.yaml:hub.cookieSecret***";
    assert!(said.contains("cookieSecret: correct-horse-battery"), "{said}");
    assert_eq!(masked.matches(tag).count(), 4, "{masked}");
    for form in ["correct-horse", "636f7272656374", "b3JyZWN0LWhvcn", "WTI5eWNtVmpkQzFvYj"] {
        assert!(!masked.contains(form), "{form} in {masked}");
    }
    assert!(masked.starts_with(&format!("hub:\n  cookieSecret: {tag}\n  port: 8081\n")), "{masked}");
}
