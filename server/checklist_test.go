package server

import "testing"

func TestChecklistTellsNotStatedFromMissing(t *testing.T) {
	s := newTestServer(t)
	list := decodeJSON[checklistAnswer](t, get(s, "/api/v1/checklist"))
	status := map[string]string{}
	for _, u := range list.Units {
		status[u.Code] = u.Status
		if u.Done+len(u.Missing) != u.Needed || u.Done != len(u.DoneItems) {
			t.Errorf("%+v", u)
		}
	}
	if status["650402000000"] != "incomplete" || status["650402100000"] != "incomplete" || status["650402200000"] != "not_stated" || len(list.Items) != 12 {
		t.Errorf("%v, %d items", status, len(list.Items))
	}
	if list.Items[0].Defined || list.Items[0].TitleZh != "“五个一”第 1 项（待定义）" || list.Positions != 1 || list.WithoutPosition != 2 {
		t.Errorf("%+v, %d places, %d without", list.Items[0], list.Positions, list.WithoutPosition)
	}
	for _, sum := range list.Summary {
		if sum.Complete+sum.Incomplete+sum.NotStated != sum.Units {
			t.Errorf("%+v", sum)
		}
	}
	early := decodeJSON[checklistAnswer](t, get(s, "/api/v1/checklist?as_of=2018-04-30&level=3"))
	if len(early.Units) != 1 || early.Units[0].Done != 0 || early.Units[0].Status != "incomplete" || len(early.Honours) != 0 {
		t.Errorf("%+v", early)
	}
	places := decodeJSON[struct {
		Features []struct {
			Properties map[string]any `json:"properties"`
		} `json:"features"`
	}](t, get(s, "/api/v1/checklist.geojson"))
	if len(places.Features) != 1 || places.Features[0].Properties["icon"] != "culture" {
		t.Errorf("%+v", places)
	}
}

func TestBoardHasWhatIsReportedBesideTargets(t *testing.T) {
	s := newTestServer(t)
	find := func(target, indicator string) boardRow {
		t.Helper()
		for _, r := range decodeJSON[boardAnswer](t, get(s, target)).Rows {
			if r.Indicator == indicator {
				return r
			}
		}
		t.Fatalf("%s has no row %s", target, indicator)
		return boardRow{}
	}
	if r := find("/api/v1/board", "awareness"); !r.Reported || *r.Value != 0.6 || *r.Den != 50 || r.Target != nil || r.Done != nil || r.Source != "调查" {
		t.Errorf("%+v", r)
	}
	if r := find("/api/v1/board", "satisfaction"); *r.Value != 0.95 || r.Den != nil || !*r.Done || r.ToDo != nil || len(r.Series) != 2 {
		t.Errorf("a value alone is judged: %+v", r)
	}
	if r := find("/api/v1/board?as_of=2018-12-31", "satisfaction"); *r.Value != 0.8 || *r.Done || len(r.Series) != 1 {
		t.Errorf("%+v", r)
	}
	if r := find("/api/v1/board", "station_rate"); r.Reported || *r.Num != 1 || *r.Den != 2 || *r.ToDo != 1 {
		t.Errorf("%+v", r)
	}
}
