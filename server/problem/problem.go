// Package problem holds the error documents of the API (RFC 9457, application/problem+json) in Chinese and English.
package problem

import (
	"fmt"
	"net/http"
	"strings"

	"lawcircle/server/locale"
)

// MediaType is the content type of a problem document.
const MediaType = "application/problem+json"

// Error is a failure that a client is told about. Code is stable and meant for programs, the texts are meant for people.
type Error struct {
	Status int
	Code   string
	Title  locale.Text
	Detail locale.Text
	Fields []Field
	Cause  error // logged, never shown
}

// Field says what is wrong with one parameter or one member of a body.
type Field struct {
	Name    string
	Problem locale.Text
}

// Document is the JSON form of an Error in one language.
type Document struct {
	Type     string          `json:"type"`
	Title    string          `json:"title"`
	Status   int             `json:"status"`
	Detail   string          `json:"detail,omitempty"`
	Instance string          `json:"instance,omitempty"` // id of the request, as in the log
	Code     string          `json:"code"`
	Fields   []DocumentField `json:"fields,omitempty"`
}

// DocumentField is the JSON form of a Field.
type DocumentField struct {
	Field   string `json:"field"`
	Problem string `json:"problem"`
}

// Error returns the English text, for logs.
func (e *Error) Error() string {
	parts := []string{e.Code + ": " + e.Title.En}
	if e.Detail.En != "" {
		parts = append(parts, e.Detail.En)
	}
	for _, f := range e.Fields {
		parts = append(parts, f.Name+": "+f.Problem.En)
	}
	if e.Cause != nil {
		parts = append(parts, e.Cause.Error())
	}
	return strings.Join(parts, "; ")
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Cause }

// In writes the error down in a language.
func (e *Error) In(l locale.Language, instance string) Document {
	doc := Document{
		Type: "about:blank", Title: e.Title.In(l), Status: e.Status, Detail: e.Detail.In(l), Instance: instance, Code: e.Code,
	}
	for _, f := range e.Fields {
		doc.Fields = append(doc.Fields, DocumentField{f.Name, f.Problem.In(l)})
	}
	return doc
}

// New makes an error whose title is the status' own and whose detail is said in both languages.
func New(status int, code, zh, en string) *Error {
	return &Error{Status: status, Code: code, Title: titleOf(status), Detail: locale.Text{Zh: zh, En: en}}
}

// NotFound says that the thing named does not exist.
func NotFound(zh, en, id string) *Error {
	return New(http.StatusNotFound, "not_found", fmt.Sprintf("没有%s“%s”", zh, id), fmt.Sprintf("there is no %s %q", en, id))
}

// BadFields says which parameters or members are wrong.
func BadFields(fields []Field) *Error {
	e := New(http.StatusBadRequest, "bad_parameters", "有的参数不能用，见 fields", "some parameters cannot be used, see fields")
	e.Fields = fields
	return e
}

// BadField says what is wrong with a single parameter or member.
func BadField(name, zh, en string) *Error {
	return BadFields([]Field{{name, locale.Text{Zh: zh, En: en}}})
}

// Internal hides a cause that the client can do nothing about; the request id in the document finds it in the log.
func Internal(cause error) *Error {
	e := New(http.StatusInternalServerError, "internal", "服务器内部出错，请把 instance 编号告诉管理员",
		"the server failed; tell the administrator the id in instance")
	e.Cause = cause
	return e
}

// Refused passes on a failure whose reason is meant for the user (bad input found while working).
func Refused(status int, code string, cause error) *Error {
	e := New(status, code, cause.Error(), cause.Error())
	e.Cause = cause
	return e
}

func titleOf(status int) locale.Text {
	if zh, ok := chineseTitles()[status]; ok {
		return locale.Text{Zh: zh, En: http.StatusText(status)}
	}
	return locale.Text{Zh: http.StatusText(status), En: http.StatusText(status)}
}

func chineseTitles() map[int]string {
	return map[int]string{
		http.StatusBadRequest:            "请求有误",
		http.StatusUnauthorized:          "需要登录",
		http.StatusForbidden:             "没有权限",
		http.StatusNotFound:              "没有找到",
		http.StatusMethodNotAllowed:      "不支持这种请求方法",
		http.StatusNotAcceptable:         "没有所要的格式",
		http.StatusConflict:              "与现有内容冲突",
		http.StatusPreconditionFailed:    "内容已被别人改过",
		http.StatusRequestEntityTooLarge: "内容太大",
		http.StatusUnsupportedMediaType:  "不支持这种内容格式",
		http.StatusMisdirectedRequest:    "主机名不对",
		http.StatusUnprocessableEntity:   "内容不能处理",
		http.StatusPreconditionRequired:  "需要 If-Match",
		http.StatusTooManyRequests:       "请求太频繁",
		http.StatusInternalServerError:   "服务器内部出错",
		http.StatusServiceUnavailable:    "暂时不能服务",
		http.StatusGatewayTimeout:        "超时",
	}
}
