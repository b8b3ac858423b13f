package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"time"

	"github.com/spf13/cobra"

	"lawcircle/data"
	stored "lawcircle/data/account"
	"lawcircle/server"
	"lawcircle/server/account"
	"lawcircle/server/job"
)

func newServeCommand(term *terminal) *cobra.Command {
	var o serveOptions
	command := &cobra.Command{
		Use:   "serve",
		Short: "打开工作台：网页、接口、OGC API、瓦片 / serve the workspace, API, OGC API and tiles",
		Example: `  lawcircle serve -p demo.gpkg --addr 127.0.0.1:8080
  LAWCIRCLE_TIANDITU_KEY=… lawcircle serve -p turpan.gpkg --basemap tianditu --basemap-approval "GS（…）…号"`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			o.basemap.key = os.Getenv("LAWCIRCLE_TIANDITU_KEY")
			return runServe(cmd.Context(), term, o)
		},
	}
	projectFlag(command, &o.project)
	flags := command.Flags()
	flags.StringVar(&o.addr, "addr", "127.0.0.1:8080", "监听地址 / address to listen on")
	flags.BoolVar(&o.quiet, "quiet", false, "不写访问日志 / no access log")
	flags.StringSliceVar(&o.profiles, "profile", nil, "除内置的以外还提供的出行方式 / travel profiles to offer besides the built-in ones, FILE.yaml")
	flags.StringSliceVar(&o.corsOrigins, "cors-origin", nil, "允许读取接口的其他网站 / other sites whose pages may read the API, e.g. https://gis.example.cn")
	flags.StringVar(&o.basemap.tiles, "basemap", "", "底图：tianditu 或瓦片地址；不写则不访问外网 / background map; without it nothing is loaded from elsewhere")
	flags.StringVar(&o.basemap.approvalNo, "basemap-approval", "", "底图的审图号 / approval number of the background map")
	flags.StringVar(&o.basemap.attribution, "basemap-attribution", "", "底图来源 / source of the background map")
	return command
}

type serveOptions struct {
	project, addr         string
	quiet                 bool
	profiles, corsOrigins []string
	basemap               basemapFlags
}

// desk opens the desk of a project as the options want it.
func (o serveOptions) desk(project *data.Project, term *terminal) (*desk, error) {
	offered, err := offerProfiles(o.profiles)
	if err != nil {
		return nil, err
	}
	for _, site := range o.corsOrigins {
		if origin, err := originOf(site); err != nil || origin != site {
			return nil, usagef("--cors-origin %q is not an origin like https://gis.example.cn", site)
		}
	}
	d := newDesk(project, term, offered)
	d.basemap, err = o.basemap.basemap()
	return d, err
}

// shutdownTime is what requests and jobs get to end after the program was told to stop.
const shutdownTime = 10 * time.Second

func runServe(ctx context.Context, term *terminal, o serveOptions) error {
	project, err := data.Open(ctx, o.project, data.Options{})
	if err != nil {
		return err
	}
	defer project.Close()
	db, err := stored.Open(ctx, serverDBPath(o.project))
	if err != nil {
		return err
	}
	defer db.Close()
	logger := serverLogger(term, o.quiet)
	jobs, err := job.Open(ctx, job.Options{Workers: 1, Now: time.Now, Logger: logger, Store: jobStore{db}})
	if err != nil {
		return err
	}
	defer closeJobs(jobs, logger)
	desk, err := o.desk(project, term)
	if err != nil {
		return err
	}
	deps := desk.deps(jobs, logger)
	deps.CORSOrigins = o.corsOrigins
	if deps.BasemapOrigins, err = basemapOrigins(desk.basemap); err != nil {
		return err
	}
	deps.Loopback = server.IsLoopback(o.addr)
	if !deps.Loopback {
		if deps.Accounts, err = openGate(ctx, db, o.addr); err != nil {
			return err
		}
	}
	handler, err := server.New(deps)
	if err != nil {
		return err
	}
	return listenAndServe(ctx, term, o.addr, handler)
}

// openGate makes the gate of a server that other computers can reach; without an account there is none.
func openGate(ctx context.Context, db *stored.DB, addr string) (*account.Gate, error) {
	users, err := db.Users(ctx)
	if err != nil {
		return nil, err
	}
	if len(users) == 0 {
		return nil, usagef("--addr %s 可从其他电脑访问，请先建立账户：lawcircle user add NAME --role administrator -p … / other computers could connect: add an account first", addr)
	}
	return account.NewGate(ctx, accountStore{db}, time.Now)
}

func serverLogger(term *terminal, quiet bool) *slog.Logger {
	level := slog.LevelInfo
	if quiet {
		level = slog.LevelWarn
	}
	return slog.New(slog.NewTextHandler(term.err, &slog.HandlerOptions{Level: level}))
}

func closeJobs(jobs *job.Queue, logger *slog.Logger) {
	ctx, cancel := context.WithTimeout(context.Background(), shutdownTime)
	defer cancel()
	if err := jobs.Close(ctx); err != nil {
		logger.Error("stopping the jobs", "err", err)
	}
}

// listenAndServe serves until ctx ends, then lets requests under way finish.
func listenAndServe(ctx context.Context, term *terminal, addr string, handler http.Handler) error {
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", addr)
	if err != nil {
		return fmt.Errorf("listening on %s (另一个程序可能占用了它，用 --addr 换一个 / another program may hold it, choose another with --addr): %w", addr, err)
	}
	httpServer := &http.Server{
		Handler: handler, ReadHeaderTimeout: 10 * time.Second, ReadTimeout: 10 * time.Minute, IdleTimeout: 2 * time.Minute, MaxHeaderBytes: 64 << 10,
		BaseContext: func(net.Listener) context.Context { return context.WithoutCancel(ctx) },
	}
	failed := make(chan error, 1)
	go func() { failed <- httpServer.Serve(listener) }()
	term.printf("工作台 / workspace: http://%s/", listener.Addr())
	select {
	case err := <-failed:
		return fmt.Errorf("serving on %s: %w", addr, err)
	case <-ctx.Done():
	}
	stopping, cancel := context.WithTimeout(context.WithoutCancel(ctx), shutdownTime)
	defer cancel()
	if err := httpServer.Shutdown(stopping); err != nil && !errors.Is(err, context.DeadlineExceeded) {
		return fmt.Errorf("stopping the server: %w", err)
	}
	return httpServer.Close() // listeners to events stay open until they are cut
}
