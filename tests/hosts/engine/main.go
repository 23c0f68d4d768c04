// A test host on Centrifuge, the engine inside Centrifugo.
//
// It does the three things that PanBot asks of Centrifugo, in the same way: it checks HS256
// connection tokens and subscribes their bearer to the `channels` claim, it keeps a history so that
// a client which reconnects recovers what it missed, and it publishes what it finds in the
// PostgreSQL table centrifugo_outbox. It says "listening on PORT" and ends with its standard input.
package main

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"

	"github.com/centrifugal/centrifuge"
	"github.com/jackc/pgx/v5"
)

const (
	historySize  = 300
	historyTTL   = 24 * time.Hour
	pollInterval = 300 * time.Millisecond // should a notification be lost
	pageRows     = 100
)

type claims struct {
	Sub      string   `json:"sub"`
	Exp      int64    `json:"exp"`
	Channels []string `json:"channels"`
}

// publication is what Centrifugo's HTTP API and its outbox take for the method "publish".
type publication struct {
	Channel        string          `json:"channel"`
	Data           json.RawMessage `json:"data"`
	IdempotencyKey string          `json:"idempotency_key"`
}

func main() {
	port := flag.Int("port", 0, "port on 127.0.0.1; 0 takes a free one")
	secret := flag.String("secret", "", "HMAC key of the connection tokens")
	dsn := flag.String("dsn", "", "PostgreSQL that holds the outbox; empty: no outbox")
	table := flag.String("outbox-table", "centrifugo_outbox", "the outbox table")
	flag.Parse()

	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, os.Interrupt)
	defer stop()
	go func() { // a test that dies takes its host along
		_, _ = io.Copy(io.Discard, os.Stdin)
		stop()
	}()

	node, err := newNode([]byte(*secret))
	must(err)
	listener, err := net.Listen("tcp", fmt.Sprintf("127.0.0.1:%d", *port))
	must(err)
	mux := http.NewServeMux()
	mux.Handle("/connection/websocket", centrifuge.NewWebsocketHandler(node, centrifuge.WebsocketConfig{}))
	server := &http.Server{Handler: mux, ReadHeaderTimeout: 5 * time.Second}
	go func() { _ = server.Serve(listener) }()
	if *dsn != "" {
		go consume(ctx, node, *dsn, *table)
	}
	fmt.Printf("listening on %d\n", listener.Addr().(*net.TCPAddr).Port)
	<-ctx.Done()
	_ = server.Close()
	_ = node.Shutdown(context.Background())
}

func must(err error) {
	if err != nil {
		log.Fatal(err)
	}
}

func newNode(secret []byte) (*centrifuge.Node, error) {
	node, err := centrifuge.New(centrifuge.Config{})
	if err != nil {
		return nil, err
	}
	node.OnConnecting(func(_ context.Context, e centrifuge.ConnectEvent) (centrifuge.ConnectReply, error) {
		bearer, err := verified(e.Token, secret)
		if err != nil {
			return centrifuge.ConnectReply{}, err
		}
		subscriptions := map[string]centrifuge.SubscribeOptions{}
		for _, channel := range bearer.Channels {
			subscriptions[channel] = centrifuge.SubscribeOptions{EnableRecovery: true, EnablePositioning: true}
		}
		return centrifuge.ConnectReply{
			Credentials:   &centrifuge.Credentials{UserID: bearer.Sub, ExpireAt: bearer.Exp},
			Subscriptions: subscriptions,
		}, nil
	})
	node.OnConnect(func(client *centrifuge.Client) {
		client.OnRefresh(func(e centrifuge.RefreshEvent, reply centrifuge.RefreshCallback) {
			bearer, err := verified(e.Token, secret)
			reply(centrifuge.RefreshReply{ExpireAt: bearer.Exp}, err)
		})
	})
	return node, node.Run()
}

// verified returns the claims of an HS256 token, or what Centrifugo answers to a bad one.
func verified(token string, secret []byte) (claims, error) {
	var found claims
	parts := strings.Split(token, ".")
	if len(parts) != 3 {
		return found, centrifuge.DisconnectInvalidToken
	}
	mac := hmac.New(sha256.New, secret)
	mac.Write([]byte(parts[0] + "." + parts[1]))
	signature, err := base64.RawURLEncoding.DecodeString(parts[2])
	if err != nil || !hmac.Equal(signature, mac.Sum(nil)) {
		return found, centrifuge.DisconnectInvalidToken
	}
	payload, err := base64.RawURLEncoding.DecodeString(parts[1])
	if err != nil || json.Unmarshal(payload, &found) != nil {
		return found, centrifuge.DisconnectInvalidToken
	}
	if found.Exp <= time.Now().Unix() {
		return found, centrifuge.ErrorTokenExpired
	}
	return found, nil
}

// consume publishes the outbox until ctx ends, connecting again when PostgreSQL went away.
func consume(ctx context.Context, node *centrifuge.Node, dsn, table string) {
	for ctx.Err() == nil {
		if err := listen(ctx, node, dsn, table); err != nil && ctx.Err() == nil {
			log.Printf("outbox: %v", err)
			time.Sleep(pollInterval)
		}
	}
}

func listen(ctx context.Context, node *centrifuge.Node, dsn, table string) error {
	conn, err := pgx.Connect(ctx, dsn)
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close(context.Background()) }()
	if _, err = conn.Exec(ctx, "LISTEN centrifugo_partition_change"); err != nil {
		return err
	}
	for {
		if err = publishAll(ctx, node, conn, table); err != nil {
			return err
		}
		waiting, cancel := context.WithTimeout(ctx, pollInterval)
		_, err = conn.WaitForNotification(waiting)
		cancel()
		if err != nil && (waiting.Err() == nil || ctx.Err() != nil) {
			return err
		}
	}
}

// publishAll publishes what the outbox holds in id order, and then deletes it: at least once.
func publishAll(ctx context.Context, node *centrifuge.Node, conn *pgx.Conn, table string) error {
	name := pgx.Identifier{table}.Sanitize()
	return pgx.BeginFunc(ctx, conn, func(tx pgx.Tx) error {
		rows, err := tx.Query(ctx, "SELECT id, method, payload FROM "+name+" ORDER BY id LIMIT $1 FOR UPDATE", pageRows)
		if err != nil {
			return err
		}
		var done []int64
		var id int64
		var method string
		var payload []byte
		_, err = pgx.ForEachRow(rows, []any{&id, &method, &payload}, func() error {
			done = append(done, id)
			return publish(node, method, payload)
		})
		if err != nil || len(done) == 0 {
			return err
		}
		_, err = tx.Exec(ctx, "DELETE FROM "+name+" WHERE id = ANY($1)", done)
		return err
	})
}

// publish skips a command that cannot be read, as Centrifugo does.
func publish(node *centrifuge.Node, method string, payload []byte) error {
	var command publication
	if err := json.Unmarshal(payload, &command); err != nil || method != "publish" {
		log.Printf("outbox: skipped %s %s", method, payload)
		return nil
	}
	options := []centrifuge.PublishOption{centrifuge.WithHistory(historySize, historyTTL)}
	if command.IdempotencyKey != "" {
		options = append(options, centrifuge.WithIdempotencyKey(command.IdempotencyKey))
	}
	_, err := node.Publish(command.Channel, command.Data, options...)
	return err
}
