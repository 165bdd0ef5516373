//! What the tests skipped, told at the end.

use anyhow::{Result, bail};

/// Prints each skip once; a required peer among them is an error.
pub(crate) fn report(log: &str, required: &[String]) -> Result<()> {
    let skips = distinct(log);
    if skips.is_empty() {
        eprintln!("nothing was skipped");
        return Ok(());
    }
    eprintln!("skipped ({}):", skips.len());
    for skip in &skips {
        eprintln!("  {skip}");
    }
    let missing = missing_peers(&skips, required);
    if !missing.is_empty() {
        bail!("required peers are absent: {}", missing.join(", "));
    }
    Ok(())
}

fn distinct(log: &str) -> Vec<&str> {
    let mut skips: Vec<&str> = log.lines().filter_map(|line| line.strip_prefix("SKIPPED ")).collect();
    skips.sort_unstable();
    skips.dedup();
    skips
}

fn missing_peers<'a>(skips: &[&str], required: &'a [String]) -> Vec<&'a str> {
    let absent = |peer: &&String| skips.iter().any(|skip| skip.contains(&format!("peer {peer} ")));
    required.iter().filter(absent).map(String::as_str).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_required_peer_that_was_skipped_is_red() {
        let log = "SKIPPED vault: peer git-crypt is not installed\nnoise\nSKIPPED vault: peer git-crypt is not installed\n";
        assert_eq!(distinct(log).len(), 1);
        assert!(report(log, &["git-crypt".into()]).is_err());
        assert!(report(log, &["age".into()]).is_ok());
    }
}
