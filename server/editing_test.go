package server

import (
	"encoding/json"
	"net/http"
	"strings"
	"sync"
	"testing"
)

func TestPointIsChangedByOneWhoReadIt(t *testing.T) {
	n := &notebook{}
	s := newTestServer(t, editable(n))
	read := get(s, "/api/v1/points/p1")
	record, tag := decodeJSON[pointRecord](t, read), read.Header().Get("ETag")
	if record.HostKind != "judicial_office" || tag == "" {
		t.Fatalf("%+v %q", record, tag)
	}
	record.Level, record.ID, record.HostKind = "duty", "", ""
	body, err := json.Marshal(record)
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		match  string
		status int
	}{{"", 428}, {`"other"`, 412}, {tag, 200}, {tag, 412}} {
		headers := []string{"If-Match: " + test.match}
		if test.match == "" {
			headers = nil
		}
		if answer := ask(s, http.MethodPut, "/api/v1/points/p1", string(body), headers...); answer.Code != test.status {
			t.Errorf("If-Match %q: %d, want %d: %s", test.match, answer.Code, test.status, answer.Body)
		}
	}
	changes := decodeJSON[[]Change](t, get(s, "/api/v1/edits"))
	if len(changes) != 1 || changes[0].What != "change_point" || !strings.Contains(string(changes[0].Before), `"resident"`) || !strings.Contains(string(changes[0].After), `"duty"`) {
		t.Errorf("%+v", changes)
	}
	if totals := decodeJSON[coverageAnswer](t, get(s, "/api/v1/coverage?level=resident")).Totals; totals.PointsCounted != 0 {
		t.Errorf("the change does not show: %+v", totals)
	}
}

func TestOfTwoWritersOneWins(t *testing.T) {
	n := &notebook{}
	s := newTestServer(t, editable(n))
	tag := get(s, "/api/v1/hosts/h3").Header().Get("ETag")
	var wins int
	var mu sync.Mutex
	var group sync.WaitGroup
	for _, name := range []string{"甲", "乙", "丙", "丁"} {
		group.Go(func() {
			answer := ask(s, http.MethodPut, "/api/v1/hosts/h3", `{"kind":"police_post","name":"`+name+`","code":"","lon":89.2,"lat":42.5,"address":"","quality":"","ready":true,"set_up_cost":5000}`, "If-Match: "+tag)
			mu.Lock()
			defer mu.Unlock()
			if answer.Code == 200 {
				wins++
			}
		})
	}
	group.Wait()
	if wins != 1 || len(n.changes) != 1 {
		t.Errorf("%d of 4 writers won, %d rows in the log", wins, len(n.changes))
	}
}

func TestAddAndDelete(t *testing.T) {
	n := &notebook{}
	s := newTestServer(t, editable(n))
	added := ask(s, http.MethodPost, "/api/v1/points", `{"host_id":"h3","name":"新点","tier":"警务站服务点","status":"planned","level":"","code":"","planned_on":"2020-06"}`)
	point := decodeJSON[pointRecord](t, added)
	if added.Code != 201 || point.Tier != "post_desk" || *point.Lon != 89.2 || point.Code != "650402200000" || added.Header().Get("Location") != "/api/v1/points/"+point.ID {
		t.Fatalf("%d %s", added.Code, added.Body)
	}
	if host := decodeJSON[hostRecord](t, get(s, "/api/v1/hosts/h3")); *host.Candidate {
		t.Error("a host with a planned point is still a candidate")
	}
	hostTag := get(s, "/api/v1/hosts/h3").Header().Get("ETag")
	if answer := ask(s, http.MethodDelete, "/api/v1/hosts/h3", "", "If-Match: "+hostTag); answer.Code != 409 {
		t.Errorf("deleting a host in use: %d", answer.Code)
	}
	if answer := ask(s, http.MethodDelete, "/api/v1/points/"+point.ID, "", "If-Match: "+added.Header().Get("ETag")); answer.Code != 204 {
		t.Errorf("deleting the point: %d", answer.Code)
	}
	if answer := ask(s, http.MethodDelete, "/api/v1/hosts/h3", "", "If-Match: "+hostTag); answer.Code != 204 {
		t.Errorf("deleting the host: %d", answer.Code)
	}
	if answer := get(s, "/api/v1/hosts/h3"); answer.Code != 404 {
		t.Errorf("the host is still there: %d", answer.Code)
	}
	if changes := decodeJSON[[]Change](t, get(s, "/api/v1/edits?limit=2")); len(changes) != 2 || changes[0].What != "delete_host" || string(changes[0].After) != "null" {
		t.Errorf("%+v", changes)
	}
}

func TestRecordsAreChecked(t *testing.T) {
	s := newTestServer(t, editable(&notebook{}))
	for body, field := range map[string]string{
		`{"host_id":"h3","name":"","tier":"studio","status":"built"}`:                                 "name",
		`{"host_id":"none","name":"x","tier":"studio","status":"built","lon":89,"lat":42}`:            "host_id",
		`{"host_id":"","name":"x","tier":"studio","status":"built","lon":89,"lat":42}`:                "host_id",
		`{"host_id":"h3","name":"x","tier":"palace","status":"built"}`:                                "tier",
		`{"host_id":"h3","name":"x","tier":"studio","status":""}`:                                     "status",
		`{"host_id":"h3","name":"x","tier":"studio","status":"built","level":"god"}`:                  "level",
		`{"host_id":"h3","name":"x","tier":"studio","status":"built","opened_on":"2018-13"}`:          "opened_on",
		`{"host_id":"h3","name":"x","tier":"studio","status":"built","lon":200,"lat":42}`:             "lon",
		`{"host_id":"h3","name":"x","tier":"studio","status":"built","lon":89}`:                       "lon",
		`{"host_id":"h3","name":"x","tier":"studio","status":"built","code":"650"}`:                   "code",
		`{"host_id":"h3","name":"x","tier":"studio","status":"built","area_m2":-1}`:                   "area_m2",
		`{"host_id":"h3","name":"x","tier":"studio","status":"built","staff_full":-1}`:                "staff_full",
		`{"host_id":"h3","name":"x","tier":"studio","status":"built","opening_hours":"sometimes"}`:    "opening_hours",
		`{"host_id":"h3","name":"` + strings.Repeat("长", 201) + `","tier":"studio","status":"built"}`: "name",
		`{"host_id":"","name":"流动点","tier":"mobile","status":"built"}`:                                "lon",
	} {
		answer := ask(s, http.MethodPost, "/api/v1/points", body)
		if answer.Code != 400 || !strings.Contains(answer.Body.String(), `"field":"`+field+`"`) {
			t.Errorf("%s: %d %s, want a fault of %s", body, answer.Code, answer.Body, field)
		}
	}
	for body, field := range map[string]string{
		`{"kind":"castle","name":"x","lon":89,"lat":42}`:                       "kind",
		`{"kind":"police_post","name":"","lon":89,"lat":42}`:                   "name",
		`{"kind":"police_post","name":"x","lon":89,"lat":142}`:                 "lon",
		`{"kind":"police_post","name":"x","lon":89,"lat":42,"set_up_cost":-5}`: "set_up_cost",
	} {
		answer := ask(s, http.MethodPost, "/api/v1/hosts", body)
		if answer.Code != 400 || !strings.Contains(answer.Body.String(), `"field":"`+field+`"`) {
			t.Errorf("%s: %d %s, want a fault of %s", body, answer.Code, answer.Body, field)
		}
	}
}
