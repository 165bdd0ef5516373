//! Values in a text that is no document: shell, Python, dotenv, tfvars, comments.

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

/// What may be a secret within a line of code: texts of eight characters and more between quotes but
/// for plain words, and words of twelve characters and more with letters and digits.
pub(crate) fn literals(text: &str) -> Vec<&str> {
    let is_code = |c: char| !c.is_ascii_alphanumeric() && !"_+/.-".contains(c);
    let is_token = |word: &&str| {
        word.len() >= 12
            && word.contains(|c: char| c.is_ascii_digit())
            && word.contains(|c: char| c.is_ascii_alphabetic())
    };
    let is_plain = |c: char| c.is_ascii_lowercase() || "-_./: ".contains(c);
    let mut found = Vec::new();
    for line in text.lines() {
        for quote in ['"', '\''] {
            let between = line.split(quote).skip(1).step_by(2).map(str::trim);
            found.extend(between.filter(|text| text.chars().count() >= 8 && !text.chars().all(is_plain)));
        }
        found.extend(line.split(is_code).map(|word| word.trim_matches(['.', '-'])).filter(is_token));
    }
    found.sort_unstable();
    found.dedup();
    found
}

/// The comments of a YAML document, without their mark.
pub(crate) fn comments(text: &str) -> impl Iterator<Item = &str> {
    text.lines().filter_map(|line| {
        let comment = line.trim_start().strip_prefix('#');
        let comment = comment.or_else(|| line.split_once(" #").map(|(_, comment)| comment))?;
        Some(comment.trim_matches(['#', ' ', '\t'])).filter(|comment| !comment.is_empty())
    })
}

fn unquoted(value: &str) -> &str {
    ['"', '\''].iter().find_map(|q| value.strip_prefix(*q)?.strip_suffix(*q)).unwrap_or(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn literals_of_a_script() {
        let script = "r = get(\"https://x.org/p\", headers={'Authorization': \"token Abc1\"})\nT=ghp_0123456789abcdef; run --key=0123456789ab -v\nif long_name_of_a_function(x):\n";
        let found = literals(script);
        assert_eq!(found, ["0123456789ab", "Authorization", "ghp_0123456789abcdef", "token Abc1"]);
    }

    #[test]
    fn comments_of_a_document() {
        let text = "# old: abc\na: b # new\nurl: x#y\n##\n";
        assert_eq!(comments(text).collect::<Vec<_>>(), ["old: abc", "new"]);
    }

    #[test]
    fn assignments_of_the_usual_languages() {
        let text = "export GRAFANA_API_KEY=abc=def\nA = \"x y\"\n# b\nif a == b:\nB='c'\nEMPTY=\n: ${D:=e}\n";
        let found: Vec<_> = assignments(text).collect();
        assert_eq!(found, [("GRAFANA_API_KEY", "abc=def"), ("A", "x y"), ("B", "c")]);
    }
}
