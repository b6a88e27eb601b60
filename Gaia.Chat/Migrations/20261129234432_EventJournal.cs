using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Gaia.Chat.Migrations
{
    /// <inheritdoc />
    public partial class EventJournal : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateSequence(
                name: "event_outbox_sequence");

            migrationBuilder.CreateTable(
                name: "event_cursors",
                columns: table => new
                {
                    group = table.Column<string>(type: "character varying(100)", maxLength: 100, nullable: false),
                    source = table.Column<string>(type: "character varying(100)", maxLength: 100, nullable: false),
                    replay = table.Column<string>(type: "character varying(100)", maxLength: 100, nullable: false),
                    position = table.Column<long>(type: "bigint", nullable: false),
                    failures = table.Column<int>(type: "integer", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_event_cursors", x => new { x.group, x.source, x.replay });
                });

            migrationBuilder.CreateTable(
                name: "event_outbox",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    type = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: false),
                    subject = table.Column<Guid>(type: "uuid", nullable: false),
                    data = table.Column<string>(type: "json", nullable: false),
                    time = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false, defaultValueSql: "clock_timestamp()"),
                    sequence = table.Column<long>(type: "bigint", nullable: false, defaultValueSql: "nextval('event_outbox_sequence')"),
                    position = table.Column<long>(type: "bigint", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_event_outbox", x => x.id);
                });

            migrationBuilder.CreateIndex(
                name: "ix_event_outbox_position",
                table: "event_outbox",
                column: "position",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_event_outbox_time",
                table: "event_outbox",
                column: "time");

            migrationBuilder.CreateIndex(
                name: "ix_event_outbox_waiting",
                table: "event_outbox",
                column: "sequence",
                filter: "position IS NULL");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "event_cursors");

            migrationBuilder.DropTable(
                name: "event_outbox");

            migrationBuilder.DropSequence(
                name: "event_outbox_sequence");
        }
    }
}
