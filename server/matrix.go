package server

import (
	"fmt"
	"net/http"

	"lawcircle/geo/road"
	"lawcircle/server/account"
	"lawcircle/server/locale"
)

// matrixBody asks for travel times between two lists of places.
type matrixBody struct {
	From    []matrixPlace `json:"from"`
	To      []matrixPlace `json:"to"`
	Profile string        `json:"profile,omitempty"` // default walk
	Minutes float64       `json:"minutes"`
}

type matrixPlace struct {
	ID  string  `json:"id"`
	Lon float64 `json:"lon"`
	Lat float64 `json:"lat"`
}

// matrixEntry is one time within the limit.
type matrixEntry struct {
	From string `json:"from"`
	To   string `json:"to"`
	Ms   int64  `json:"ms"`
}

// Bounds of one matrix request; larger ones are for the command line.
const (
	maxMatrixPlaces = 5000
	maxMatrixCells  = 2_000_000
)

func (s *Server) matrixRoutes() []route {
	return []route{{method: http.MethodPost, path: "/api/v1/matrix", role: account.Viewer, body: matrixBody{}, answer: []matrixEntry{}, handle: s.matrix,
		summary: locale.Text{Zh: "两组地点之间在时限内的出行时间", En: "Travel times between two lists of places, within a limit"}}}
}

func (s *Server) matrix(c *call) error {
	body := matrixBody{Profile: "walk"}
	if err := c.decode(&body); err != nil {
		return err
	}
	if err := s.checkProfile(c.ctx(), body.Profile); err != nil {
		return err
	}
	k := &checker{}
	if !(body.Minutes > 0 && body.Minutes <= maxMinutes) {
		k.fault("minutes", fmt.Sprintf("要在 0 到 %d 之间", maxMinutes), fmt.Sprintf("must be between 0 and %d", maxMinutes))
	}
	from, to := k.places("from", body.From), k.places("to", body.To)
	if len(from)*len(to) > maxMatrixCells {
		k.fault("from", fmt.Sprintf("一次最多 %d 对", maxMatrixCells), fmt.Sprintf("at most %d pairs at once", maxMatrixCells))
	}
	if err := k.err(); err != nil {
		return err
	}
	snapshot, err := s.deps.Snapshot(c.ctx())
	if err != nil {
		return err
	}
	rows, err := s.deps.Analyst(Study{County: snapshot.County}).Matrix(c.ctx(), body.Profile, from, to, milliseconds(body.Minutes))
	if err != nil {
		return explainFailure(err)
	}
	out := []matrixEntry{}
	for i, row := range rows {
		for _, cell := range row {
			out = append(out, matrixEntry{from[i].ID, to[cell.To].ID, cell.Ms})
		}
	}
	return c.ok(out)
}

func (k *checker) places(field string, list []matrixPlace) []road.Place {
	if len(list) == 0 || len(list) > maxMatrixPlaces {
		k.fault(field, fmt.Sprintf("要 1 到 %d 个地点", maxMatrixPlaces), fmt.Sprintf("takes 1 to %d places", maxMatrixPlaces))
		return nil
	}
	out := make([]road.Place, 0, len(list))
	for _, p := range list {
		out = append(out, road.Place{ID: p.ID, Point: k.position(p.Lon, p.Lat)})
	}
	if len(k.faults) > maxShownFaults {
		k.faults = k.faults[:maxShownFaults]
	}
	return out
}

const maxShownFaults = 20
