//! Reads the recorded transcript: requests with the answers a real Grafana gave.

use wiremock::ResponseTemplate;

/// One recorded answer.
#[derive(Debug, Clone)]
pub(crate) struct Recorded {
    pub(crate) status: u16,
    headers: Vec<(String, String)>,
    pub(crate) body: String,
}

impl Recorded {
    /// The answer to the first request whose line begins with `request`, as in `[editor] POST /api/annotations {..`.
    pub(crate) fn of(request: &str) -> Self {
        Self::all(request).into_iter().next().unwrap_or_else(|| panic!("nothing recorded for {request}"))
    }

    /// The answers to all of them.
    pub(crate) fn all(request: &str) -> Vec<Self> {
        let file = test_support::fixtures().join("grafana/annotations-10.md");
        let text = std::fs::read_to_string(file).unwrap();
        let lines: Vec<&str> = text.lines().collect();
        let asked = format!("> {request}");
        let starts = lines.iter().enumerate().filter(|(_, line)| line.starts_with(&asked));
        starts.map(|(at, _)| Self::read(&lines[at + 1..])).collect()
    }

    fn read(lines: &[&str]) -> Self {
        let heads: Vec<&str> = lines.iter().map_while(|line| line.strip_prefix("< ")).collect();
        let status = heads[0].split(' ').nth(1).unwrap().parse().unwrap();
        let header =
            |line: &&str| line.split_once(": ").map(|(name, value)| (name.to_owned(), value.to_owned()));
        let body: Vec<&str> = lines[heads.len()..]
            .iter()
            .copied()
            .take_while(|line| !line.is_empty() && !line.starts_with("```") && !line.starts_with("found: "))
            .collect();
        Self {
            status,
            headers: heads.iter().skip(1).filter_map(header).collect(),
            body: body.join("\n").trim().to_owned(),
        }
    }

    pub(crate) fn response(&self) -> ResponseTemplate {
        let kind = self.headers.iter().find(|(name, _)| name == "Content-Type");
        let kind = kind.map_or("", |(_, value)| value.as_str());
        let others = self.headers.iter().filter(|(name, _)| name != "Content-Type");
        let template = ResponseTemplate::new(self.status).set_body_raw(self.body.clone(), kind);
        others.fold(template, |template, (name, value)| template.insert_header(name.as_str(), value.as_str()))
    }
}

#[test]
fn the_transcript_is_read_as_it_stands() {
    let added =
        Recorded::of("[editor] POST /api/annotations {\"time\":1700000000000,\"tags\":[\"deployment-start\"");
    assert_eq!((added.status, added.body.as_str()), (200, r#"{"id":1,"message":"Annotation added"}"#));
    let health = Recorded::of("[admin] GET /api/health");
    assert!(health.body.contains("10.0.0-preview"), "{health:?}");
    assert_eq!(Recorded::all("[none] POST /api/annotations").len(), 3);
}
