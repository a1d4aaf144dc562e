//! A postal address is found by a few letters.

use serde_json::Value;
use tests::HarnessResult;
use tests::client::get_json;
use tests::server::{TwinServer, twin};

use crate::small::{TOKEN, ask, operate};

/// The addresses that are found for a text, as ids.
fn found(base: &str, text: &str) -> HarnessResult<Vec<String>> {
    let text = text.replace(' ', "%20");
    let page = get_json(&format!("{base}/addresses?q={text}&limit=20"))?;
    let features = page["features"].as_array().expect("a page has features");
    let ids = features.iter().filter_map(|it| it["id"].as_str());
    Ok(ids.map(str::to_owned).collect())
}

#[test]
fn an_address_is_found_by_the_beginnings_of_its_words() -> HarnessResult<()> {
    let data = tempfile::tempdir().unwrap();
    let mut command = twin(&[
        "serve",
        "--listen",
        "127.0.0.1:0",
        "--clock",
        "1x",
        "--data",
    ])?;
    command.arg(data.path()).env("TWIN_LOG", "error");
    command.env("TWIN_OPERATOR_TOKEN", TOKEN);
    let server = TwinServer::start(command)?;
    let base = server.base_url();

    let some = get_json(&format!("{base}/assets?kind=address&limit=1&offset=20000"))?;
    let address = &some["features"][0];
    let id = address["id"].as_str().unwrap().to_owned();
    let label = address["properties"]["label"].as_str().unwrap();
    let code = &address["properties"]["commune"];
    let communes = get_json(&format!("{base}/communes"))?;
    let communes = communes["features"].as_array().unwrap();
    let commune = communes
        .iter()
        .find(|it| it["properties"]["insee"] == *code);
    let commune = commune.unwrap()["properties"]["name"].as_str().unwrap();

    let wanted = twin_core::fold(&format!("{label} {commune}"));
    let ids = found(base, &wanted)?;
    assert_eq!(ids.first(), Some(&id), "{wanted}: {ids:?}");
    let begun: Vec<&str> = wanted
        .split(' ')
        .map(|word| &word[..word.len().min(5)])
        .collect();
    let ids = found(base, &begun.join(" "))?;
    assert!(ids.contains(&id), "{begun:?}: {ids:?}");
    let page = get_json(&format!(
        "{base}/addresses?q={}",
        wanted.replace(' ', "%20")
    ))?;
    let properties = &page["features"][0]["properties"];
    assert_eq!(properties["label"], label);
    assert_eq!(properties["commune_name"], commune);
    assert_eq!(properties["synthetic"], true);
    assert!(found(base, "zzyzx")?.is_empty());

    // What is removed is found no longer.
    let removed = operate("DELETE", &format!("{base}/assets/{id}"), b"");
    assert!(removed.status < 300, "{}", removed.body);
    assert!(!found(base, &wanted)?.contains(&id));

    for (query, named) in [
        ("", "q"),
        ("?q=-", "0 words"),
        ("?q=1+2+3+4+5+6+7+8+9+1+2+3+4+5+6+7+8", "17 words"),
        ("?q=rue&limit=0", "limit=0"),
        ("?q=rue&limit=51", "limit=51"),
        ("?q=rue&kind=site", "kind"),
    ] {
        let refused = ask("GET", &format!("{base}/addresses{query}"), None, b"").unwrap();
        assert_eq!(refused.status, 400, "{query}");
        let problem: Value = refused.json();
        let detail = problem["detail"].as_str().unwrap_or_default();
        assert!(detail.contains(named), "{query}: {detail}");
    }
    Ok(())
}
