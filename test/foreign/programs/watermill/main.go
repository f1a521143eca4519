// A Watermill router whose handler fails, with its poison queue middleware. Parameter: the broker. Ends with its
// standard input.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/ThreeDotsLabs/watermill"
	"github.com/ThreeDotsLabs/watermill-kafka/v3/pkg/kafka"
	"github.com/ThreeDotsLabs/watermill/message"
	"github.com/ThreeDotsLabs/watermill/message/router/middleware"
)

func main() {
	if err := run(os.Args[1]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(broker string) error {
	logger := watermill.NewStdLogger(false, false)
	settings := kafka.DefaultSaramaSubscriberConfig()
	settings.Consumer.Offsets.Initial = -2 // the oldest
	subscriber, err := kafka.NewSubscriber(kafka.SubscriberConfig{
		Brokers:               []string{broker},
		Unmarshaler:           kafka.DefaultMarshaler{},
		OverwriteSaramaConfig: settings,
		ConsumerGroup:         "watermill-billing",
	}, logger)
	if err != nil {
		return err
	}
	publisher, err := kafka.NewPublisher(kafka.PublisherConfig{
		Brokers:   []string{broker},
		Marshaler: kafka.DefaultMarshaler{},
	}, logger)
	if err != nil {
		return err
	}
	poison, err := middleware.PoisonQueue(publisher, "watermill-invoices.poisoned")
	if err != nil {
		return err
	}
	router, err := message.NewRouter(message.RouterConfig{}, logger)
	if err != nil {
		return err
	}
	router.AddMiddleware(poison)
	router.AddNoPublisherHandler("book_invoices", "watermill-invoices", subscriber, book)
	go endWithInput(router)
	return router.Run(context.Background())
}

func book(invoice *message.Message) error {
	if !strings.HasPrefix(string(invoice.Payload), "refused") {
		return nil
	}
	return fmt.Errorf("the invoice cannot be booked: %w", errors.New("the ledger is closed"))
}

func endWithInput(router *message.Router) {
	_, _ = io.Copy(io.Discard, os.Stdin)
	_ = router.Close()
}
