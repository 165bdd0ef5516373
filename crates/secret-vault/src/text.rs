//! Values assigned in a text that is no document: shell, Python, dotenv, tfvars.

/// Name and value of each line of the form `NAME=value`, with or without spaces and quotes.
pub(crate) fn assignments(text: &str) -> impl Iterator<Item = (&str, &str)> {
    text.lines().filter_map(|line| {
        let (name, value) = line.split_once('=')?;
        let name = name.trim().trim_start_matches("export ").trim();
        let is_name = !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || "_-.".contains(c));
        let value = unquoted(value.trim());
        (is_name && !value.is_empty()).then_some((name, value))
    })
}

fn unquoted(value: &str) -> &str {
    ['"', '\''].iter().find_map(|q| value.strip_prefix(*q)?.strip_suffix(*q)).unwrap_or(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn assignments_of_the_usual_languages() {
        let text = "export GRAFANA_API_KEY=abc=def\nA = \"x y\"\n# b\nif a == b:\nB='c'\nEMPTY=\n: ${D:=e}\n";
        let found: Vec<_> = assignments(text).collect();
        assert_eq!(found, [("GRAFANA_API_KEY", "abc=def"), ("A", "x y"), ("B", "c")]);
    }
}
