//! Private registries and Helm repositories: what they are shown, and what nobody else ever sees.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests stop at the first surprise")]

mod common;

use std::path::Path;
use std::sync::Arc;

use common::{Place, Said};
use wiremock::matchers::{header, method, path};
use wiremock::{Mock, MockServer, ResponseTemplate};

/// `robot:planted-s3cret` as Basic has it.
const BASIC: &str = "cm9ib3Q6cGxhbnRlZC1zM2NyZXQ=";
const SECRETS: [&str; 3] = ["planted-s3cret", BASIC, "planted-t0ken"];

struct Scene {
    server: MockServer,
    place: Arc<Place>,
}

impl Scene {
    /// A repository, an OCI chart and an image, all of them private.
    async fn new() -> Self {
        let scene = Self { server: MockServer::start().await, place: Arc::new(Place::new()) };
        let (host, uri) = (scene.server.address().to_string(), scene.server.uri());
        let watch = |name: &str, source: &str| {
            format!(
                "  {name}:\n    source: {source}\n    scheme: semver\n    targets: [{{file: v.yaml, path: {name}}}]\n"
            )
        };
        let config = [
            watch("chart", &format!("{{helm: \"{uri}/charts\", chart: chart}}")),
            watch("oci", &format!("{{helm: \"oci://{host}/helm\", chart: oci}}")),
            watch("image", &format!("{{image: \"{host}/x/image\"}}")),
        ];
        scene.place.write("bump.yaml", &format!("apiVersion: 1\nwatch:\n{}", config.concat()));
        scene.place.write("v.yaml", "chart: 1.0.0\noci: 1.0.0\nimage: 1.0.0\n");
        let asks = || Mock::given(method("GET"));
        let tags = || ResponseTemplate::new(200).set_body_string("{\"tags\": [\"1.0.0\", \"1.1.0\"]}");
        // One registry wants a token, which its server gives to those it knows; the other the password.
        let bearer = format!("Bearer realm=\"{uri}/token\",service=\"here\"");
        for (place, shown, wants) in [
            ("/v2/x/image/tags/list", "Bearer planted-t0ken".to_owned(), bearer),
            ("/v2/helm/oci/tags/list", format!("Basic {BASIC}"), "Basic realm=\"here\"".to_owned()),
        ] {
            asks()
                .and(path(place))
                .and(header("authorization", shown.as_str()))
                .respond_with(tags())
                .mount(&scene.server)
                .await;
            let no = ResponseTemplate::new(401).insert_header("www-authenticate", wants.as_str());
            asks().and(path(place)).respond_with(no).mount(&scene.server).await;
        }
        let basic = format!("Basic {BASIC}");
        let token = ResponseTemplate::new(200).set_body_string("{\"token\": \"planted-t0ken\"}");
        asks()
            .and(path("/token"))
            .and(header("authorization", basic.as_str()))
            .respond_with(token)
            .mount(&scene.server)
            .await;
        asks().and(path("/token")).respond_with(ResponseTemplate::new(401)).mount(&scene.server).await;
        let manifest = "{\"layers\": [{\"mediaType\": \"application/vnd.cncf.helm.chart.content.v1.tar+gzip\", \"digest\": \"sha256:aa\"}]}";
        asks()
            .and(path("/v2/helm/oci/manifests/1.1.0"))
            .and(header("authorization", basic.as_str()))
            .respond_with(ResponseTemplate::new(200).set_body_string(manifest))
            .mount(&scene.server)
            .await;
        asks()
            .and(path("/v2/x/image/manifests/1.1.0"))
            .and(header("authorization", "Bearer planted-t0ken"))
            .respond_with(ResponseTemplate::new(200).set_body_string("{}"))
            .mount(&scene.server)
            .await;
        let challenge = format!("Bearer realm=\"{uri}/token\",service=\"here\"");
        let no = ResponseTemplate::new(401).insert_header("www-authenticate", challenge.as_str());
        asks().and(path("/v2/x/image/manifests/1.1.0")).respond_with(no).mount(&scene.server).await;
        let no = ResponseTemplate::new(401).insert_header("www-authenticate", "Basic realm=\"here\"");
        asks().and(path("/v2/helm/oci/manifests/1.1.0")).respond_with(no).mount(&scene.server).await;
        let index = ResponseTemplate::new(200)
            .insert_header("etag", "\"1\"")
            .set_body_string("entries: {chart: [{version: 1.0.0}, {version: 1.1.0}]}\n");
        let at = "/charts/index.yaml";
        asks()
            .and(path(at))
            .and(header("authorization", basic.as_str()))
            .respond_with(index)
            .mount(&scene.server)
            .await;
        asks().and(path(at)).respond_with(ResponseTemplate::new(401)).mount(&scene.server).await;
        scene
    }

    /// Runs it as somebody with this home and these variables; nothing secret may come out.
    async fn bump(&self, args: &[&str], env: &[(&str, &str)]) -> Said {
        let place = Arc::clone(&self.place);
        let args: Vec<String> = args.iter().map(|word| (*word).to_owned()).collect();
        let home = self.place.clones().join("home");
        let mut env: Vec<(String, String)> =
            env.iter().map(|(name, value)| ((*name).into(), (*value).into())).collect();
        env.push(("HOME".into(), home.to_str().unwrap().into()));
        for name in
            ["DOCKER_CONFIG", "XDG_CONFIG_HOME", "XDG_RUNTIME_DIR", "REGISTRY_AUTH_FILE", "HELM_CONFIG_HOME"]
        {
            if env.iter().all(|(own, _)| own != name) {
                env.push((name.into(), String::new()));
            }
        }
        let run = move || {
            let args: Vec<&str> = args.iter().map(String::as_str).collect();
            let env: Vec<(&str, &str)> =
                env.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
            place.bump_with(&args, &env)
        };
        let said = tokio::task::spawn_blocking(run).await.unwrap();
        for secret in SECRETS {
            assert!(!format!("{said:?}").contains(secret), "{secret} is told: {said:?}");
        }
        said
    }

    /// Writes a file below the home.
    fn at_home(&self, file: &str, text: &str) {
        let path = self.place.clones().join("home").join(file);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }

    fn docker(&self) -> String {
        format!("{{\"auths\": {{\"{}\": {{\"auth\": \"{BASIC}\"}}}}}}", self.server.address())
    }
}

/// Every file below `folder`, as one text.
fn all_files(folder: &Path) -> String {
    let mut text = String::new();
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        match path.is_dir() {
            true => text.push_str(&all_files(&path)),
            false => text.push_str(&String::from_utf8_lossy(&std::fs::read(path).unwrap())),
        }
    }
    text
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_credentials_each_says_what_to_do() {
    let scene = Scene::new().await;
    for name in ["chart", "oci", "image"] {
        let said = scene.bump(&[name, "latest"], &[]).await;
        assert!(said.code == 2 && said.stderr.contains("error[source.unauthorized]"), "{name}: {said:?}");
        assert!(said.stderr.contains("helm registry login"), "{name}: {said:?}");
    }
    let said = scene.bump(&["check"], &[]).await;
    assert!(said.code == 7 && said.stdout.matches("unknown: ").count() == 3, "{said:?}");
    // Docker has them, and keeps them where nobody looks.
    scene.at_home(
        ".docker/config.json",
        &format!("{{\"auths\": {{\"{}\": {{}}}}, \"credsStore\": \"pass\"}}", scene.server.address()),
    );
    let said = scene.bump(&["image", "latest"], &[]).await;
    assert!(said.code == 2 && said.stderr.contains("docker-credential-pass"), "{said:?}");
    // A password that is wrong is another matter.
    let wrong = scene.docker().replace(BASIC, "cm9ib3Q6d3Jvbmc=");
    scene.at_home(".docker/config.json", &wrong);
    let said = scene.bump(&["image", "latest"], &[]).await;
    assert!(said.code == 2 && said.stderr.contains("refuses the user and password"), "{said:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_docker_and_helm_keep_is_shown_to_its_own_source_alone() {
    let scene = Scene::new().await;
    scene.at_home(".docker/config.json", &scene.docker());
    let uri = scene.server.uri();
    let helm = format!(
        "repositories:\n- {{name: own, url: \"{uri}/charts/\", username: robot, password: planted-s3cret}}\n"
    );
    scene.at_home(".config/helm/repositories.yaml", &helm);
    for name in ["chart", "oci", "image"] {
        let said = scene.bump(&[name, "latest"], &[]).await;
        assert_eq!(
            (said.code, said.stdout.as_str()),
            (0, format!("{name}: 1.0.0...1.1.0\n").as_str()),
            "{said:?}"
        );
    }
    // The token server alone is given the password that a token is for.
    for asked in scene.server.received_requests().await.unwrap() {
        let shown = asked.headers.get("authorization").map(|value| value.to_str().unwrap().to_owned());
        if asked.url.path().starts_with("/v2/x/") {
            assert!(shown.is_none_or(|shown| shown == "Bearer planted-t0ken"), "{}", asked.url);
        }
    }
    let kept = all_files(&scene.place.root().parent().unwrap().join("cache"));
    assert!(kept.contains("1.1.0") && SECRETS.iter().all(|secret| !kept.contains(secret)), "{kept}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn bump_yaml_names_variables_and_no_secret_of_others() {
    let scene = Scene::new().await;
    let config = scene.place.read("bump.yaml");
    let host = scene.server.address().to_string();
    let with = |password: &str| {
        format!("{config}credentials: [{{host: \"{host}\", user: BUMP_USER, password: {password}}}]\n")
    };
    scene.place.write("bump.yaml", &with("BUMP_PASSWORD"));
    let env = [("BUMP_USER", "robot"), ("BUMP_PASSWORD", "planted-s3cret")];
    for name in ["chart", "oci", "image"] {
        let said = scene.bump(&[name, "latest", "--dry-run"], &env).await;
        assert_eq!(said.code, 0, "{name}: {said:?}");
    }
    let said = scene.bump(&["image", "latest"], &env[..1]).await;
    assert!(said.code == 2 && said.stderr.contains("error[bump.no_variable]"), "{said:?}");
    assert!(said.stderr.contains("BUMP_PASSWORD"), "{said:?}");
    // Whoever may write bump.yaml must not have a workflow's token sent to a host of theirs.
    scene.place.write("bump.yaml", &with("GITHUB_TOKEN"));
    let said =
        scene.bump(&["image", "latest"], &[("BUMP_USER", "robot"), ("GITHUB_TOKEN", "planted-t0ken")]).await;
    assert!(said.code == 2 && said.stderr.contains("error[config.value]"), "{said:?}");
}
