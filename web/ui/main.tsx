// SPDX-License-Identifier: AGPL-3.0-or-later
// ui/main.tsx - starts the pages: the language, who is signed in, and which page the address names.

import { effect } from "@preact/signals";
import { render } from "preact";
import { useEffect, useState } from "preact/hooks";
import { api } from "../client/api.ts";
import { chosen, direction, languageTag, pickLanguage, t } from "../i18n/index.ts";
import { LiveRegion } from "./announce.tsx";
import { DoctorRoom } from "./doctor-room.tsx";
import { Join } from "./join.tsx";
import { MeetupPage } from "./meetup.tsx";
import { Meetups } from "./meetups.tsx";
import { Button, Frame, Loading, Notice } from "./parts.tsx";
import { deviceMemory, doctor, navigate, path, setupNeeded } from "./place.ts";
import { SignIn, Welcome } from "./sign-in.tsx";
import { wordsFor } from "./words.ts";

// A doctor's pages need to know who is signed in; a patient's ask nothing of the kind.
function Doctors() {
    const [error, setError] = useState("");
    const load = () => {
        setError("");
        api.me().then(
            (me) => {
                setupNeeded.value = me.setupNeeded;
                doctor.value = me.doctor;
            },
            (refused) => setError(wordsFor(refused)),
        );
    };
    useEffect(load, []);
    if (error)
        return (
            <Frame title={t("brand")}>
                <section class="card narrow" data-step="trouble">
                    <h1>{t("trouble_title")}</h1>
                    <Notice tone="bad">{error}</Notice>
                    <Button look="main" onClick={load}>
                        {t("try_again")}
                    </Button>
                </section>
            </Frame>
        );
    if (doctor.value === undefined) return <Loading />;
    const [, page, id] = path.value.split("/");
    if (page === "welcome" && !doctor.value) return <Welcome />;
    if (!doctor.value) return <SignIn />;
    if (page === "meetup" && id) return <MeetupPage key={id} id={id} />;
    if (page === "room" && id) return <DoctorRoom key={id} id={id} />;
    return <Meetups />;
}

function NotHere() {
    return (
        <Frame title={t("not_here")}>
            <section class="card narrow" data-step="not-here">
                <h1>{t("not_here")}</h1>
                <Button look="main" onClick={() => navigate("/")}>
                    {t("to_start")}
                </Button>
            </section>
        </Frame>
    );
}

const doctorPages = new Set(["", "welcome", "meetup", "room"]);

function Pages() {
    const page = path.value.split("/")[1] ?? "";
    return (
        <>
            {page === "join" ? <Join /> : doctorPages.has(page) ? <Doctors /> : <NotHere />}
            <LiveRegion />
        </>
    );
}

chosen.value = pickLanguage([
    new URLSearchParams(location.search).get("lang"),
    deviceMemory.get("language"),
    ...navigator.languages,
]);
effect(() => {
    document.documentElement.lang = languageTag();
    document.documentElement.dir = direction();
});
render(<Pages />, document.getElementById("page")!);
