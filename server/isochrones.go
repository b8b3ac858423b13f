package server

import (
	"fmt"
	"slices"
	"strconv"
	"time"

	"lawcircle/coverage"
	"lawcircle/server/layer"
	"lawcircle/server/locale"
)

// isochronesBody asks for the areas of many places.
type isochronesBody struct {
	Places  []matrixPlace `json:"places"`
	Minutes []float64     `json:"minutes"`
	Profile string        `json:"profile,omitempty"` // default walk
	Apart   bool          `json:"apart,omitempty"`   // an area for each place instead of one for all
}

// maxRings bounds one answer with areas of places apart; more are for the command line.
const maxRings = 1000

func (s *Server) isochronesOfMany(c *call) error {
	body := isochronesBody{Profile: "walk"}
	if err := c.decode(&body); err != nil {
		return err
	}
	if err := s.checkProfile(c.ctx(), body.Profile); err != nil {
		return err
	}
	k := &checker{}
	places, limits := k.places("places", body.Places), k.limits(body.Minutes)
	if body.Apart && len(places)*len(limits) > maxRings {
		k.fault("places", fmt.Sprintf("分开画一次最多 %d 圈", maxRings), fmt.Sprintf("at most %d areas apart at once", maxRings))
	}
	if err := k.err(); err != nil {
		return err
	}
	snapshot, err := s.deps.Snapshot(c.ctx())
	if err != nil {
		return err
	}
	analyst := s.deps.Analyst(Study{County: snapshot.County})
	if !body.Apart {
		circles, err := analyst.Isochrone(c.ctx(), body.Profile, places, limits)
		if err != nil {
			return explainFailure(err)
		}
		return sendFeatures(c, ringLayer("isochrones", body.Profile, "", circles))
	}
	all := ringLayer("isochrones", body.Profile, "", nil)
	all.Fields = slices.Insert(all.Fields, 0, layer.Field{Name: "place", Title: locale.Text{Zh: "地点", En: "Place"}, Type: layer.String})
	err = analyst.Isochrones(c.ctx(), body.Profile, places, coverage.RingOptions{Limits: limits}, func(i int, circles []coverage.Circle) error {
		for _, f := range ringLayer("", body.Profile, "", circles).Features {
			f.ID, f.Values = strconv.Itoa(i)+"-"+f.ID, slices.Insert(f.Values, 0, any(places[i].ID))
			all.Features = append(all.Features, f)
		}
		return nil
	})
	if err != nil {
		return explainFailure(err)
	}
	return sendFeatures(c, all)
}

func (k *checker) limits(minutes []float64) []time.Duration {
	if len(minutes) == 0 || len(minutes) > maxLimits {
		k.fault("minutes", fmt.Sprintf("要 1 到 %d 个时限", maxLimits), fmt.Sprintf("takes 1 to %d limits", maxLimits))
		return nil
	}
	out := make([]time.Duration, len(minutes))
	for i, m := range minutes {
		if !(m > 0 && m <= maxMinutes) {
			k.fault("minutes", fmt.Sprintf("要在 0 到 %d 之间", maxMinutes), fmt.Sprintf("must be between 0 and %d", maxMinutes))
			return nil
		}
		out[i] = milliseconds(m)
	}
	return out
}
