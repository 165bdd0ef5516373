//! Secrets that stand nowhere else, and every form in which they could show.

use aho_corasick::AhoCorasick;

/// In values, in a chart's file, in a kubeconfig, and in a script.
pub(crate) const VALUE: &str = "Canary7Value0Residue1Harness2Zq";
pub(crate) const CHART: &str = "Canary7Chart0Residue1Harness2Zq";
pub(crate) const LOGIN: &str = "Canary7Login0Residue1Harness2Zq";
pub(crate) const SCRIPT: &str = "Canary7Script0Residue1Harness2Zq";
/// Of letters that every escape changes.
pub(crate) const NASTY: &str = "Canary \"7\" <Nasty>\\0&Residue/Harness 2Zq";

/// Looks for all of them.
pub(crate) struct Eyes {
    search: AhoCorasick,
    names: Vec<String>,
}

impl Eyes {
    pub(crate) fn new() -> Self {
        let mut forms = Vec::new();
        for canary in [VALUE, CHART, LOGIN, SCRIPT, NASTY] {
            forms.push((canary, "raw", canary.as_bytes().to_vec()));
            let json = serde_json::to_string(canary).unwrap();
            forms.push((canary, "JSON", json.trim_matches('"').as_bytes().to_vec()));
            let go = json.replace('<', "\\u003c").replace('>', "\\u003e").replace('&', "\\u0026");
            forms.push((canary, "Go's JSON", go.trim_matches('"').as_bytes().to_vec()));
            forms.push((
                canary,
                "JSON in JSON",
                serde_json::to_string(&json).unwrap()[3..].trim_end_matches(['\\', '"']).as_bytes().to_vec(),
            ));
            let hex: String = canary.bytes().map(|byte| format!("{byte:02x}")).collect();
            forms.push((canary, "HEX", hex.to_uppercase().into_bytes()));
            forms.push((canary, "hex", hex.into_bytes()));
            let percent = canary.bytes().map(|byte| match byte {
                _ if byte.is_ascii_alphanumeric() => char::from(byte).to_string(),
                _ => format!("%{byte:02X}"),
            });
            forms.push((canary, "percent", percent.collect::<String>().into_bytes()));
            for once in base64(canary.as_bytes()) {
                forms.extend(base64(&once).into_iter().map(|twice| (canary, "base64 twice", twice)));
                forms.push((canary, "base64", once));
            }
        }
        let search = AhoCorasick::new(forms.iter().map(|(_, _, form)| form)).unwrap();
        Self { search, names: forms.iter().map(|(canary, form, _)| format!("{canary} ({form})")).collect() }
    }

    /// Each form that stands in `bytes`, once.
    pub(crate) fn hits(&self, bytes: &[u8]) -> Vec<String> {
        let mut hits: Vec<String> = self
            .search
            .find_overlapping_iter(bytes)
            .map(|found| self.names[found.pattern().as_usize()].clone())
            .collect();
        hits.sort();
        hits.dedup();
        hits
    }
}

/// What `bytes` alone decide of their base64, for each place within a group of three.
fn base64(bytes: &[u8]) -> Vec<Vec<u8>> {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let shifted = |skipped: usize| {
        // A group that begins within the value is decided by it from the first whole group on.
        let group = |chunk: &[u8]| {
            let word = chunk.iter().fold(0_u32, |word, byte| word << 8 | u32::from(*byte));
            [18, 12, 6, 0].map(|shift| LETTERS[(word >> shift & 63) as usize])
        };
        bytes[skipped..].chunks_exact(3).flat_map(group).collect()
    };
    (0..3).map(shifted).collect()
}
