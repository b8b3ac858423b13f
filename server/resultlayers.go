package server

import (
	"context"
	"time"

	"lawcircle/coverage"
	"lawcircle/server/layer"
	"lawcircle/server/locale"
)

// publishedLimits are the rings of the published circle.
func publishedLimits() []time.Duration {
	return []time.Duration{5 * time.Minute, 10 * time.Minute, 15 * time.Minute}
}

// resultLayers are the answers to the plan's own question as layers for the OGC API. A project that cannot be asked yet (no roads, no
// settlements) has none.
func (s *Server) resultLayers(ctx context.Context, snapshot Snapshot) []*layer.Layer {
	q := question{Query: coverage.DefaultQuery()}
	answer, err := s.assess(ctx, snapshot, q)
	if err != nil {
		s.deps.Logger.Info("no results to publish", "err", err)
		return nil
	}
	analyst := s.deps.Analyst(answer.study)
	circles, err := analyst.Circles(ctx, answer.result.Query, publishedLimits())
	if err != nil {
		s.deps.Logger.Info("no circles to publish", "err", err)
		return nil
	}
	gaps, err := analyst.Gaps(ctx, answer.result)
	if err != nil {
		s.deps.Logger.Info("no gaps to publish", "err", err)
		return nil
	}
	access := verdictLayer(answer)
	access.ID, access.Title = "settlement_access", locale.Text{Zh: "居民点可达性", En: "Access of settlements"}
	access.Description = locale.Text{Zh: "步行 10 分钟：每个居民点是否在圈内、到最近服务点的时间", En: "On foot, 10 minutes: whether each settlement is inside, and the time to its nearest point"}
	areas := ringLayer("coverage_areas", q.Profile, answer.run.ID, circles)
	areas.Title = locale.Text{Zh: "服务圈", En: "Covered areas"}
	areas.Description = locale.Text{Zh: "步行 5、10、15 分钟可到达服务点的范围", En: "Areas from which a point is reached on foot within 5, 10 and 15 minutes"}
	holes := gapLayer(gaps, answer.run.ID)
	holes.Title = locale.Text{Zh: "缺口", En: "Gaps"}
	holes.Description = locale.Text{Zh: "各单位中步行 10 分钟服务圈以外的部分", En: "What the 10-minute walking circle leaves out of every unit"}
	return []*layer.Layer{access, areas, holes}
}
