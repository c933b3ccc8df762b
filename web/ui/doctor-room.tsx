// SPDX-License-Identifier: AGPL-3.0-or-later
// ui/doctor-room.tsx - a doctor's way into the room of an own meetup.

import { useEffect, useState } from "preact/hooks";
import { api } from "../client/api.ts";
import type { Meetup } from "../client/protocol.ts";
import { t } from "../i18n/index.ts";
import { recallStay } from "./live.ts";
import { Button, Frame, Loading } from "./parts.tsx";
import { doctor, navigate } from "./place.ts";
import { Stay } from "./stay.tsx";
import { wordsFor } from "./words.ts";

export function DoctorRoom({ id }: { id: string }) {
    const [meetup, setMeetup] = useState<Meetup | null>(null);
    const [error, setError] = useState("");
    useEffect(() => {
        api.meetup(id).then(
            (whole) => setMeetup(whole.meetup),
            (refused) => setError(wordsFor(refused)),
        );
    }, [id]);
    if (error || meetup?.state === "ended")
        return (
            <Frame title={t("room")}>
                <section class="card narrow" data-step="trouble">
                    <h1>{error ? t("room") : t("bye_ended")}</h1>
                    <p class="lead">{error || t("room_ended_help")}</p>
                    <Button look="main" onClick={() => navigate(error ? "/" : `/meetup/${id}`)} data-action="to-meetup">
                        {t(error ? "to_meetups" : "to_meetup")}
                    </Button>
                </section>
            </Frame>
        );
    if (!meetup) return <Loading />;
    return (
        <Stay
            who={{ as: "doctor", meetup: id }}
            doctorName={doctor.value?.name ?? ""}
            back={recallStay(`doctor.${id}`) !== null}
            head={
                <div class="meetup-head">
                    <p class="over">{t("check_title")}</p>
                    <h1>{meetup.title}</h1>
                </div>
            }
            button={t("join")}
            onLeftCheck={() => navigate(`/meetup/${id}`)}
        />
    );
}
