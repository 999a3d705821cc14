//! Calls and answers of XML-RPC, as far as supervisord uses it.

use roxmltree::{Document, Node};

use super::error::SupervisorError;

/// supervisord nests three deep.
const DEEPEST: usize = 32;

/// A value of an answer.
#[derive(Debug, PartialEq)]
pub(super) enum Value {
    /// `int` and `i4`, or `boolean` as 0 and 1.
    Integer(i64),
    /// `string`, also without its tag, and every other type as it is written.
    Text(String),
    /// `array`.
    List(Vec<Value>),
    /// `struct`.
    Fields(Vec<(String, Value)>),
}

impl Value {
    /// The member of a `struct`.
    pub(super) fn field(&self, name: &str) -> Option<&Value> {
        match self {
            Value::Fields(fields) => fields.iter().find(|(key, _)| key == name).map(|(_, value)| value),
            _ => None,
        }
    }

    /// The text of a `string`.
    pub(super) fn text(&self) -> Option<&str> {
        match self {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The number of an `int`.
    pub(super) fn integer(&self) -> Option<i64> {
        match self {
            Value::Integer(number) => Some(*number),
            _ => None,
        }
    }
}

/// The document that calls a method without arguments.
pub(super) fn call(method: &str) -> String {
    format!("<?xml version='1.0'?>\n<methodCall><methodName>{method}</methodName><params></params></methodCall>\n")
}

/// The value that a method answered with, or its fault.
pub(super) fn answer(text: &str) -> Result<Value, SupervisorError> {
    let document = Document::parse(text)?;
    let response = document.root_element();
    if !response.has_tag_name("methodResponse") {
        return Err(SupervisorError::Unexpected("methodResponse"));
    }
    if let Some(fault) = child(response, "fault") {
        let fault = value(child(fault, "value").ok_or(SupervisorError::Unexpected("the value of a fault"))?, 0)?;
        return Err(SupervisorError::Fault {
            code: fault.field("faultCode").and_then(Value::integer).unwrap_or_default(),
            text: fault.field("faultString").and_then(Value::text).unwrap_or_default().to_owned(),
        });
    }
    let found =
        child(response, "params").and_then(|params| child(params, "param")).and_then(|param| child(param, "value"));
    value(found.ok_or(SupervisorError::Unexpected("a value"))?, 0)
}

fn child<'a, 'input>(node: Node<'a, 'input>, name: &str) -> Option<Node<'a, 'input>> {
    node.children().find(|child| child.has_tag_name(name))
}

fn value(node: Node<'_, '_>, depth: usize) -> Result<Value, SupervisorError> {
    if depth > DEEPEST {
        return Err(SupervisorError::Unexpected("an end of nested values"));
    }
    let Some(typed) = node.children().find(Node::is_element) else {
        return Ok(Value::Text(content(node)));
    };
    Ok(match typed.tag_name().name() {
        "int" | "i4" | "boolean" => {
            Value::Integer(content(typed).trim().parse().map_err(|_| SupervisorError::Unexpected("a number"))?)
        }
        "array" => {
            let data = child(typed, "data").ok_or(SupervisorError::Unexpected("the data of an array"))?;
            let values = data.children().filter(|child| child.has_tag_name("value"));
            Value::List(values.map(|node| value(node, depth + 1)).collect::<Result<_, _>>()?)
        }
        "struct" => {
            let members = typed.children().filter(|child| child.has_tag_name("member"));
            Value::Fields(members.map(|node| member(node, depth + 1)).collect::<Result<_, _>>()?)
        }
        _ => Value::Text(content(typed)),
    })
}

fn member(node: Node<'_, '_>, depth: usize) -> Result<(String, Value), SupervisorError> {
    let name = child(node, "name").ok_or(SupervisorError::Unexpected("the name of a member"))?;
    let found = child(node, "value").ok_or(SupervisorError::Unexpected("the value of a member"))?;
    Ok((content(name), value(found, depth)?))
}

fn content(node: Node<'_, '_>) -> String {
    node.children().filter_map(|child| child.text()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wrapped(value: &str) -> String {
        format!(
            "<?xml version='1.0'?>\n<methodResponse>\n<params>\n<param>\n<value>{value}</value>\n</param>\n</params>\n</methodResponse>\n"
        )
    }

    #[test]
    fn values_of_all_types_are_read() {
        let text = wrapped(
            "<struct><member><name>a</name><value><int>-3</int></value></member>\
             <member><name>b</name><value><array><data><value>x &amp; y</value>\n<value><boolean>1</boolean></value></data></array></value></member>\
             <member><name>c</name><value><string></string></value></member></struct>",
        );
        let found = answer(&text).unwrap();
        assert_eq!(found.field("a"), Some(&Value::Integer(-3)));
        assert_eq!(found.field("b"), Some(&Value::List(vec![Value::Text("x & y".into()), Value::Integer(1)])));
        assert_eq!(found.field("c"), Some(&Value::Text(String::new())));
        assert_eq!(found.field("d"), None);
    }

    #[test]
    fn a_fault_is_an_error_with_code_and_text() {
        let text = "<methodResponse><fault><value><struct>\
            <member><name>faultCode</name><value><int>6</int></value></member>\
            <member><name>faultString</name><value><string>SHUTDOWN_STATE</string></value></member>\
            </struct></value></fault></methodResponse>";
        assert_eq!(answer(text).unwrap_err().to_string(), "supervisord refused: SHUTDOWN_STATE (code 6)");
    }

    #[test]
    fn what_is_no_answer_is_an_error() {
        for text in [
            "",
            "text",
            "<html/>",
            "<methodResponse/>",
            "<methodResponse><fault/></methodResponse>",
            &wrapped("<int>x</int>"),
            &wrapped("<array/>"),
            &wrapped("<struct><member/></struct>"),
        ] {
            assert!(answer(text).is_err(), "{text}");
        }
    }

    #[test]
    fn deep_nesting_is_refused_without_harm() {
        let text =
            wrapped(&format!("{}{}", "<array><data><value>".repeat(1000), "</value></data></array>".repeat(1000)));
        assert!(answer(&text).is_err());
    }
}
